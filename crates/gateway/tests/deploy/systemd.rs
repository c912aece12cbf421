//! `deploy/sluice.service`, as systemd reads it.

use std::process::Command;

use crate::recipe;

/// What `systemd-analyze security` may find at most, of 10.
const EXPOSURE: &str = "15";

#[test]
#[ignore = "needs systemd-analyze: cargo xtask test --only deploy"]
fn the_unit_is_understood_and_hardened() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("sluice.service");
    // It looks whether the program is there.
    let text =
        recipe::with("sluice.service", &[("ExecStart=/usr/local/bin/sluice", &format!("ExecStart={}", env!("CARGO_BIN_EXE_sluice")))]);
    std::fs::write(&unit, text).unwrap();
    let analyze = |arguments: &[&str]| {
        let done = Command::new("systemd-analyze").args(arguments).arg(&unit).output().unwrap();
        (done.status.success(), format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr)))
    };
    let (fine, said) = analyze(&["verify", "--man=no"]);
    assert!(fine && !said.contains("sluice.service:"), "{said}");
    let (fine, said) = analyze(&["security", "--offline=true", "--threshold", EXPOSURE]);
    assert!(fine, "{said}");
}

/// What the unit starts is what there is: the line's own words, in folders of the test's.
#[test]
#[ignore = "needs the built app: cargo xtask test --only deploy"]
fn what_it_starts_is_a_gateway_with_its_store_where_the_unit_says() {
    use crate::world::{At, Mode, app, configure, sluice, start};
    let text = recipe::text("sluice.service");
    let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name}"));
    let words: Vec<&str> = line("ExecStart=/usr/local/bin/sluice ").split(' ').collect();
    assert_eq!(words, ["serve", "--config", "/etc/sluice/sluice.toml"]);
    let folder = tempfile::tempdir().unwrap();
    let (etc, var) = (folder.path().join("etc"), folder.path().join("var"));
    std::fs::create_dir_all(var.join("sluice")).unwrap();
    std::fs::create_dir(&etc).unwrap();
    configure(&etc, At::Root, Mode::Tokens, "http://127.0.0.1:9", "http://127.0.0.1:9/v1");
    let mut command = sluice();
    for setting in line("Environment=").split(' ') {
        let (name, value) = setting.split_once('=').unwrap();
        command.env(name, if name == "XDG_DATA_HOME" { var.to_str().unwrap() } else { value });
    }
    command.args(["serve", "--config"]).arg(etc.join("sluice.toml")).args(["--listen", "127.0.0.1:0", "--app"]).arg(app());
    let (_gateway, _) = start(&mut command);
    assert!(var.join("sluice/sluice.db").is_file());
}
