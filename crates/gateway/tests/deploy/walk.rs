//! A walk over HTTP as a browser goes, without one: sign-in, pages, every file of the app, answers, a write.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::front::Front;
use crate::world::{World, app};

pub async fn all(front: &Front, world: &World) {
    let cookie = sign_in(front, &world.token).await;
    pages(front, &cookie).await;
    files(front, &cookie).await;
    answers(front, &cookie).await;
    sign_out(front, &cookie).await;
}

/// Opened without a session one is led to the form, and from there back; the cookie is for https and this host alone.
async fn sign_in(front: &Front, token: &str) -> String {
    let base = front.at.base();
    let page = front.get("/runs?c=retab").header("sec-fetch-dest", "document").header("sec-fetch-site", "none");
    let led = page.header("accept", "text/html").send().await.unwrap();
    assert_eq!(led.status(), 303);
    let place = led.headers()["location"].to_str().unwrap().to_owned();
    assert!(place.starts_with(&format!("{base}/sign-in?next=")), "{place}");
    let form = front.get(place.strip_prefix(base).unwrap()).send().await.unwrap();
    assert_eq!(form.status(), 200);
    let kept = form.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let html = form.text().await.unwrap();
    let field = |name: &str| {
        let start = html.split(&format!("name=\"{name}\" value=\"")).nth(1);
        start.map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"))
    };
    let action = html.split("action=\"").nth(1).unwrap().split('"').next().unwrap();
    let action = reqwest::Url::parse(&front.url(place.strip_prefix(base).unwrap())).unwrap().join(action).unwrap();
    assert_eq!(action.path(), format!("{base}/sign-in"));
    let mut sent = format!("form={}&token={token}", field("form").unwrap());
    if let Some(next) = field("next") {
        sent += &format!("&next={}", runs::value::percent::encode(&next));
    }
    let answer = front.post("/sign-in").header("cookie", kept).header("content-type", "application/x-www-form-urlencoded").body(sent);
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"].to_str().unwrap(), format!("{base}/runs?c=retab"));
    let lines: Vec<_> = answer.headers().get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
    let session = lines.iter().find(|line| line.starts_with("__Host-sluice=")).unwrap_or_else(|| panic!("{lines:?}"));
    assert!(session.contains("Secure") && session.contains("HttpOnly"), "{session}");
    session.split(';').next().unwrap().to_owned()
}

/// Every kind of page is the app, with its policy, and names its files by addresses that are there.
async fn pages(front: &Front, cookie: &str) {
    for page in ["/", "/runs?c=retab", "/c/retab/runs/run_1", "/c/retab/runs/run_1/reviews/r", "/reviews", "/audit"] {
        let answer = front.get(page).header("cookie", cookie).header("accept", "text/html").send().await.unwrap();
        assert_eq!(answer.status(), 200, "{page}");
        let headers = answer.headers().clone();
        assert!(headers["content-security-policy"].to_str().unwrap().contains("script-src 'self'"), "{page}");
        assert!(headers.contains_key("strict-transport-security"), "{page}");
        let html = answer.text().await.unwrap();
        let addresses = addresses(&html);
        assert!(addresses.len() > 3, "{html}");
        for address in addresses {
            let there = front.beside(&address).header("cookie", cookie).send().await.unwrap();
            assert_eq!(there.status(), 200, "{address} of {page}");
            assert!(!there.headers()["content-type"].to_str().unwrap().starts_with("text/html"), "{address} of {page}");
        }
    }
}

/// What a page has its browser fetch: scripts, styles, icons, the WebAssembly.
fn addresses(html: &str) -> Vec<String> {
    let value = |rest: &str| match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().map(str::to_owned),
        None => rest.split([' ', '>']).next().map(str::to_owned),
    };
    let named = ["href=", "src=", "data-wasm="].iter().flat_map(|name| html.split(name).skip(1).filter_map(value));
    named.filter(|address| address.starts_with('/') && address.rsplit('/').next().is_some_and(|name| name.contains('.'))).collect()
}

/// Each file that was built arrives as it is, the worker of the PDF reader among them; the large ones compressed too.
async fn files(front: &Front, cookie: &str) {
    let app = app();
    let mut all = Vec::new();
    collect(&app, &mut all);
    let (mut workers, mut modules) = (0, 0);
    for path in all.iter().filter(|path| !["br", "gz"].iter().any(|packed| path.extension().is_some_and(|end| end == *packed))) {
        let address = format!("/{}", path.strip_prefix(&app).unwrap().to_str().unwrap());
        if address == "/index.html" {
            continue;
        }
        let answer = front.get(&address).header("cookie", cookie).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{address}");
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        assert!(answer.bytes().await.unwrap() == std::fs::read(path).unwrap(), "{address} arrives otherwise");
        if address.contains("pdf") && address.contains("worker") {
            workers += 1;
            assert!(kind.contains("javascript"), "{address}: {kind}");
        }
        if address.ends_with(".wasm") {
            modules += 1;
            assert_eq!(kind, "application/wasm", "{address}");
        }
        let packed = path.with_file_name(format!("{}.br", path.file_name().unwrap().to_str().unwrap()));
        if packed.is_file() {
            let answer = front.get(&address).header("cookie", cookie).header("accept-encoding", "br").send().await.unwrap();
            assert_eq!(answer.headers()["content-encoding"], "br", "{address}");
            assert!(answer.bytes().await.unwrap() == std::fs::read(packed).unwrap(), "{address} arrives otherwise, compressed");
        }
    }
    assert!(workers > 0 && modules > 1, "{workers} workers of the PDF reader, {modules} WebAssembly modules");
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, found) } else { found.push(path) }
    }
}

/// The gateway's own answers and a vendor's, polled; problems stay the gateway's own; a write needs what the app sends.
async fn answers(front: &Front, cookie: &str) {
    let config: Value = front.get("/api/config").header("cookie", cookie).send().await.unwrap().json().await.unwrap();
    assert_eq!((&config["connections"][0]["id"], &config["person"]["name"]), (&"retab".into(), &"Ada Lovelace".into()), "{config}");
    let flows = front.get("/api/c/retab/workflows").header("cookie", cookie).send().await.unwrap();
    assert_eq!(flows.status(), 200);
    assert!(flows.headers().contains_key("sluice-time"));
    let tag = flows.headers()["etag"].clone();
    let flows: Value = flows.json().await.unwrap();
    assert!(flows["data"].as_array().is_some_and(|flows| !flows.is_empty()), "{flows}");
    let again = front.get("/api/c/retab/workflows").header("cookie", cookie).header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    let unknown = front.get("/api/nothing").header("cookie", cookie).send().await.unwrap();
    assert_eq!((unknown.status().as_u16(), unknown.headers()["content-type"].to_str().unwrap()), (404, "application/problem+json"));
    // Proxies' recipes ask for it on every request.
    let upgrade = front.get("/api/config").header("cookie", cookie).header("connection", "upgrade").header("upgrade", "websocket");
    assert_eq!(upgrade.version(reqwest::Version::HTTP_11).send().await.unwrap().status(), 200);
}

async fn sign_out(front: &Front, cookie: &str) {
    let bare = front.post("/api/sign-out").header("cookie", cookie).send().await.unwrap();
    assert_eq!(bare.status(), 403, "a write without the app's header");
    let foreign = front.post("/api/sign-out").header("cookie", cookie).header("origin", "https://evil.example").header("x-sluice", "1");
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    let done = front.post("/api/sign-out").header("cookie", cookie).header("x-sluice", "1").send().await.unwrap();
    assert!(done.status().is_success(), "{done:?}");
    assert_eq!(front.get("/api/config").header("cookie", cookie).send().await.unwrap().status(), 401);
}
