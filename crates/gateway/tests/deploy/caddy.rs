//! `deploy/Caddyfile` and `deploy/Caddyfile.subpath`, in a real Caddy with certificates of its own making.

use std::process::{Command, Stdio};

use crate::front::Front;
use crate::recipe;
use crate::world::{At, Mode, Running, World, port};

fn start(world: &World, recipe: &str) -> (Running, Front) {
    let folder = world.folder.path();
    let (http, https) = (port(), port());
    std::fs::write(folder.join("site"), recipe::with(recipe, &[("127.0.0.1:8600", &world.gateway)])).unwrap();
    // Only what a test cannot have: the well-known ports, and a certificate from the internet.
    let around = format!(
        "{{\n\tadmin off\n\thttp_port {http}\n\thttps_port {https}\n\tdefault_bind 127.0.0.1\n\tlocal_certs\n\tskip_install_trust\n}}\nimport site\n"
    );
    std::fs::write(folder.join("Caddyfile"), around).unwrap();
    let caddy = |command: &str| {
        let mut caddy = Command::new("caddy");
        caddy.args([command, "--config", "Caddyfile", "--adapter", "caddyfile"]).current_dir(folder).stdin(Stdio::null());
        caddy.env("XDG_DATA_HOME", folder.join("data")).env("XDG_CONFIG_HOME", folder.join("config"));
        caddy
    };
    let tested = caddy("validate").output().unwrap();
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stderr));
    let running = caddy("run").stderr(std::fs::File::create(folder.join("caddy.log")).unwrap()).spawn().unwrap();
    (Running(running), Front::new(world.at, http, https))
}

async fn tried(at: At, recipe: &str) {
    let world = World::begin(at, Mode::Tokens).await;
    let (_caddy, front) = start(&world, recipe);
    front.passes_on(&world).await;
}

#[tokio::test]
#[ignore = "needs Caddy and the built app: cargo xtask test --only deploy"]
async fn at_the_root() {
    tried(At::Root, "Caddyfile").await;
}

#[tokio::test]
#[ignore = "needs Caddy and the built app: cargo xtask test --only deploy"]
async fn under_a_path() {
    tried(At::Path, "Caddyfile.subpath").await;
}

#[tokio::test]
#[ignore = "needs Caddy and the built app: cargo xtask test --only deploy"]
async fn nobody_names_themselves() {
    for (at, recipe) in [(At::Root, "Caddyfile"), (At::Path, "Caddyfile.subpath")] {
        let world = World::begin(at, Mode::Proxy).await;
        let (_caddy, front) = start(&world, recipe);
        front.ready().await;
        front.nobody_names_themselves().await;
    }
}
