//! `deploy/nginx.conf` and `deploy/nginx-subpath.conf`, in a real nginx.

use std::process::{Command, Stdio};

use crate::front::Front;
use crate::recipe;
use crate::world::{At, Mode, Running, World, port};

/// Around the recipe: what a distribution's own nginx.conf has.
const AROUND: &str = "daemon off;\npid nginx.pid;\nerror_log stderr warn;\nworker_processes 2;\nevents { worker_connections 512; }\n\
    http {\n    access_log off;\n    client_body_temp_path body;\n    proxy_temp_path proxy;\n    fastcgi_temp_path fastcgi;\n    \
    uwsgi_temp_path uwsgi;\n    scgi_temp_path scgi;\n    include sluice.conf;\n}\n";

fn start(world: &World, recipe: &str) -> (Running, Front) {
    let folder = world.folder.path();
    let (http, https) = (port(), port());
    let key = rcgen::generate_simple_self_signed([world.at.host().to_owned()]).unwrap();
    std::fs::write(folder.join("fullchain.pem"), key.cert.pem()).unwrap();
    std::fs::write(folder.join("privkey.pem"), key.signing_key.serialize_pem()).unwrap();
    let at = folder.display();
    let text = recipe::with(
        recipe,
        &[
            ("server 127.0.0.1:8600;", &format!("server {};", world.gateway)),
            ("listen 80;", &format!("listen 127.0.0.1:{http};")),
            ("listen 443 ssl http2;", &format!("listen 127.0.0.1:{https} ssl http2;")),
            ("/etc/ssl/sluice/fullchain.pem", &format!("{at}/fullchain.pem")),
            ("/etc/ssl/sluice/privkey.pem", &format!("{at}/privkey.pem")),
        ],
    );
    std::fs::write(folder.join("sluice.conf"), text).unwrap();
    // Started by root, its workers would be somebody who cannot enter the test's folder.
    let user = if rustix::process::geteuid().is_root() { "user root;\n" } else { "" };
    std::fs::write(folder.join("nginx.conf"), format!("{user}{AROUND}")).unwrap();
    let nginx = || {
        let mut command = Command::new("nginx");
        command.arg("-p").arg(folder).args(["-e", "stderr", "-c", "nginx.conf"]).stdin(Stdio::null());
        command
    };
    let tested = nginx().arg("-t").output().unwrap();
    let said = String::from_utf8_lossy(&tested.stderr);
    assert!(tested.status.success() && !said.contains("[warn]"), "{said}");
    (Running(nginx().spawn().unwrap()), Front::new(world.at, http, https))
}

async fn tried(at: At, recipe: &str) {
    let world = World::begin(at, Mode::Tokens).await;
    let (_nginx, front) = start(&world, recipe);
    front.passes_on(&world).await;
}

#[tokio::test]
#[ignore = "needs nginx and the built app: cargo xtask test --only deploy"]
async fn at_the_root() {
    tried(At::Root, "nginx.conf").await;
}

#[tokio::test]
#[ignore = "needs nginx and the built app: cargo xtask test --only deploy"]
async fn under_a_path() {
    tried(At::Path, "nginx-subpath.conf").await;
}

#[tokio::test]
#[ignore = "needs nginx and the built app: cargo xtask test --only deploy"]
async fn nobody_names_themselves() {
    for (at, recipe) in [(At::Root, "nginx.conf"), (At::Path, "nginx-subpath.conf")] {
        let world = World::begin(at, Mode::Proxy).await;
        let (_nginx, front) = start(&world, recipe);
        front.ready().await;
        front.nobody_names_themselves().await;
    }
}
