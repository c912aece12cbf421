//! A gateway by `deploy/sluice.toml`, with the built app and a sandbox behind it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::recipe;
use crate::vendor::Vendor;

/// A program that ends with its test.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = rustix::process::Pid::from_raw(self.0.id().cast_signed())
            .map(|id| rustix::process::kill_process(id, rustix::process::Signal::TERM));
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(5) {
            if self.0.try_wait().is_ok_and(|ended| ended.is_some()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn sluice() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    command.env_remove("SLUICE_CONFIG").env_remove("SLUICE_STORE_URL").env_remove("RUST_LOG").stdin(Stdio::null());
    command
}

/// The built app.
pub fn app() -> PathBuf {
    let app = std::env::var_os("SLUICE_APP").map(PathBuf::from);
    let app = app.expect("SLUICE_APP names the built app: run `cargo xtask test --only deploy`");
    assert!(app.join("index.html").is_file(), "{} is not the built app", app.display());
    app
}

/// A port that is free now.
pub fn port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Starts a program that tells where it is; answers with the address it told.
pub fn start(command: &mut Command) -> (Running, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    // What else it says must not fill the pipe.
    std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
    let address = line.split_whitespace().find(|word| word.starts_with("http://"));
    (Running(child), address.unwrap_or_else(|| panic!("no address in {line:?}")).trim_end_matches('/').to_owned())
}

/// Where Sluice stands on its host.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum At {
    Root,
    Path,
}

impl At {
    pub const fn host(self) -> &'static str {
        match self {
            Self::Root => "sluice.example.com",
            Self::Path => "portal.example.com",
        }
    }

    pub const fn base(self) -> &'static str {
        match self {
            Self::Root => "",
            Self::Path => "/sluice",
        }
    }
}

pub struct World {
    pub at: At,
    /// `127.0.0.1:port`, where the proxy finds it.
    pub gateway: String,
    pub token: String,
    pub folder: TempDir,
    /// Another connection, `slow`, whose vendor the test holds in its hand.
    pub vendor: Vendor,
    _running: [Running; 2],
}

/// How people sign in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Tokens,
    Proxy,
}

impl World {
    pub async fn begin(at: At, mode: Mode) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vendor = Vendor::start().await;
        let (sandbox, sandbox_at) =
            start(sluice().args(["sandbox", "--listen", "127.0.0.1:0", "--db", ":memory:", "--runs", "100", "--quiet"]));
        let token = configure(folder.path(), at, mode, &sandbox_at, &vendor.base);
        let config = folder.path().join("sluice.toml");
        let (gateway, told) = start(
            sluice().args(["serve", "--store", ":memory:", "--listen", "127.0.0.1:0", "--app"]).arg(app()).arg("--config").arg(config),
        );
        let address = told.strip_prefix("http://").unwrap();
        let address = address.strip_suffix(at.base()).unwrap().to_owned();
        Self { at, gateway: address, token, folder, vendor, _running: [gateway, sandbox] }
    }
}

/// Writes what `deploy/sluice.toml` says, for this vendor, with somebody who may use it; answers with their token.
pub fn configure(folder: &Path, at: At, mode: Mode, sandbox: &str, vendor: &str) -> String {
    let retab = format!("base_url = \"{sandbox}/retab/v1\"");
    let host = format!("public_hosts = [\"{}\"]", at.host());
    let mut replaced =
        vec![("base_url = \"https://api.retab.com/v1\"", retab.as_str()), ("public_hosts = [\"sluice.example.com\"]", host.as_str())];
    if at == At::Path {
        replaced.push(("# base_path = ", "base_path = "));
    }
    if mode == Mode::Proxy {
        replaced.push(("mode = \"tokens\"", "mode = \"proxy\""));
    }
    let mut text = recipe::with("sluice.toml", &replaced);
    std::fs::create_dir(folder.join("keys")).unwrap();
    let key = folder.join("keys/retab");
    std::fs::write(&key, "sandbox\n").unwrap();
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    text += &format!("\n[[connections]]\nid = \"slow\"\ndialect = \"retab\"\nbase_url = \"{vendor}\"\nsandbox = true\n");
    let mut token = String::new();
    if mode == Mode::Tokens {
        let made = sluice().args(["token", "new", "--name", "Ada Lovelace", "--role", "admin"]).output().unwrap();
        assert!(made.status.success());
        token = String::from_utf8(made.stdout).unwrap().trim().to_owned();
        text += &String::from_utf8(made.stderr).unwrap();
    } else {
        text += "\n[[sign_in.groups]]\ngroup = \"staff\"\nrole = \"admin\"\n";
    }
    std::fs::write(folder.join("sluice.toml"), text).unwrap();
    token
}
