//! `deploy/Dockerfile`, built and started by buildah, and `deploy/compose.yaml` as data: nothing here can run a compose file.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::recipe;
use crate::world::{At, Mode, Running, app, configure, port};

/// Images in a folder that ends with the test.
struct Images<'a>(&'a Path);

impl Images<'_> {
    fn buildah(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("buildah");
        command.arg("--root").arg(self.0.join("root")).arg("--runroot").arg(self.0.join("run")).args(["--storage-driver", "vfs"]);
        command.args(arguments).stdin(Stdio::null());
        command
    }

    fn done(&self, arguments: &[&str]) -> String {
        let Output { status, stdout, stderr } = self.buildah(arguments).output().unwrap();
        assert!(status.success(), "buildah {arguments:?}: {}", String::from_utf8_lossy(&stderr));
        String::from_utf8(stdout).unwrap().trim().to_owned()
    }
}

/// What `cargo xtask package` makes, with this test's binary, and the app beside it instead of inside.
fn package(folder: &Path) {
    std::fs::create_dir(folder).unwrap();
    std::fs::copy(env!("CARGO_BIN_EXE_sluice"), folder.join("sluice")).unwrap();
    let copied = Command::new("cp").arg("-r").arg(app()).arg(folder.join("dist")).status().unwrap();
    assert!(copied.success());
    std::fs::create_dir(folder.join("deploy")).unwrap();
    std::fs::write(folder.join("deploy/Dockerfile"), recipe::text("Dockerfile")).unwrap();
}

async fn answer(port: u16, path: &str) -> Option<reqwest::Response> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(format!("http://127.0.0.1:{port}{path}")).send().await.ok()
}

#[tokio::test]
#[ignore = "needs buildah, a base image and the built app: cargo xtask test --only deploy"]
async fn the_image_is_built_and_its_server_answers() {
    let base = std::env::var("SLUICE_BASE_ROOT").expect("SLUICE_BASE_ROOT names a Debian's files: run `cargo xtask test --only deploy`");
    let folder = tempfile::tempdir().unwrap();
    let images = Images(folder.path());
    let container = images.done(&["from", "scratch"]);
    images.done(&["add", "-q", &container, &base, "/"]);
    images.done(&["commit", "-q", &container, "localhost/debian:12"]);
    let context = folder.path().join("package");
    package(&context);
    let context = context.to_str().unwrap();
    let file = format!("{context}/deploy/Dockerfile");
    images.done(&[
        "bud",
        "-q",
        "--isolation",
        "chroot",
        "--pull-never",
        "--build-arg",
        "BASE=localhost/debian:12",
        "-t",
        "sluice",
        "-f",
        &file,
        context,
    ]);

    // As Docker would start it: its user, its entry point, its command; only the port is another, since this shares the host's network.
    let told: Value = serde_json::from_str(&images.done(&["inspect", "--type", "image", "sluice"])).unwrap();
    let config = &told["OCIv1"]["config"];
    assert_eq!((&config["User"], &config["StopSignal"]), (&"8600:8600".into(), &"SIGTERM".into()));
    let words =
        |field: &str| -> Vec<String> { config[field].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect() };
    let etc = folder.path().join("etc");
    std::fs::create_dir(&etc).unwrap();
    configure(&etc, At::Root, Mode::Tokens, "http://127.0.0.1:9", "http://127.0.0.1:9/v1");
    let owned = Command::new("chown").args(["-R", "8600:8600"]).arg(&etc).status().unwrap();
    assert!(owned.success());
    let container = images.done(&["from", "--pull-never", "sluice"]);
    let port = port();
    let mut command: Vec<String> = [words("Entrypoint"), words("Cmd")].concat();
    assert_eq!(command.last().map(String::as_str), Some("0.0.0.0:8600"));
    *command.last_mut().unwrap() = format!("0.0.0.0:{port}");
    let mounted = format!("{}:/etc/sluice:ro", etc.display());
    let mut run = images.buildah(&["run", "--isolation", "chroot", "-v", &mounted, &container, "--"]);
    let _server = Running(run.args(&command).stdout(Stdio::null()).spawn().unwrap());
    let began = Instant::now();
    let page = loop {
        match answer(port, "/sign-in").await {
            Some(page) => break page,
            None => assert!(began.elapsed() < Duration::from_secs(60), "the container's server does not answer"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(page.status(), 200);
    assert_eq!(answer(port, "/api/config").await.unwrap().status(), 401);

    // How compose asks whether it is well, asked in the container.
    let compose: Value = serde_yaml_ng::from_str(&recipe::text("compose.yaml")).unwrap();
    let test = compose["services"]["sluice"]["healthcheck"]["test"].as_array().unwrap();
    let asked = test[3].as_str().unwrap().replace("/8600", &format!("/{port}"));
    let healthy = |asked: &str| images.buildah(&["run", "--isolation", "chroot", &container, "--", "bash", "-c", asked]).output().unwrap();
    let well = healthy(&asked);
    assert!(well.status.success(), "{}", String::from_utf8_lossy(&well.stderr));
    assert!(!healthy(&asked.replace("/readyz", "/nothing-here")).status.success());
    // The store is where the image says, and its owner's only.
    let listed = images.done(&["run", "--isolation", "chroot", &container, "--", "stat", "-c", "%U %a", "/var/lib/sluice/sluice.db"]);
    assert_eq!(listed, "sluice 600");
}

/// That it names what there is, and that its parts agree with the files beside it.
#[test]
#[ignore = "cargo xtask test --only deploy"]
fn the_compose_file_agrees_with_what_is_beside_it() {
    let compose: Value = serde_yaml_ng::from_str(&recipe::text("compose.yaml")).unwrap();
    let (sluice, store) = (&compose["services"]["sluice"], &compose["services"]["store"]);
    let dockerfile = recipe::text("Dockerfile");
    let command = format!("CMD {}", serde_json::to_string(&sluice["command"]).unwrap().replace(',', ", "));
    assert!(dockerfile.contains(&command), "{command}");
    let context = recipe::root().join("deploy").join(sluice["build"]["context"].as_str().unwrap());
    assert!(context.join(sluice["build"]["dockerfile"].as_str().unwrap()).is_file());
    // The address of the store, with a password in the place of the variable, is one that the gateway takes.
    let address = sluice["environment"]["SLUICE_STORE_URL"].as_str().unwrap();
    let (before, rest) = address.split_once("${").unwrap();
    let address = format!("{before}0a1b{}", rest.split_once('}').unwrap().1);
    let url: reqwest::Url = address.parse().unwrap();
    let told = &store["environment"];
    assert_eq!(
        (url.scheme(), url.host_str(), url.path()),
        ("postgres", Some("store"), format!("/{}", told["POSTGRES_DB"].as_str().unwrap()).as_str())
    );
    assert_eq!(url.username(), told["POSTGRES_USER"]);
    assert!(gateway::store::Location::read(Path::new(&address)).is_ok());
    // Nobody but this machine reaches the port, and the network's gateway is the proxy that the configuration believes.
    assert_eq!(sluice["ports"], serde_json::json!(["127.0.0.1:8600:8600"]));
    let network = compose["networks"]["default"]["ipam"]["config"][0]["gateway"].as_str().unwrap();
    assert!(recipe::text("sluice.toml").contains(&format!("proxies = [\"127.0.0.1\", \"{network}\"]")));
}
