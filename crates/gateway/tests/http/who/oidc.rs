//! Signing in with a real provider, `oidc-provider` of npm, which the test starts; a browser is played by hand, so that each step is seen.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use gateway::auth::oidc::{Provider, Secret, Settings};
use gateway::auth::{Grant, GroupRole, Mode, Role, SignIn};
use reqwest::{Response, StatusCode, Url};
use runs::Dialect;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::*;

/// The provider, until it is dropped.
struct Op {
    child: Child,
    issuer: String,
}

impl Drop for Op {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Op {
    /// `None` where it is not installed: `cargo xtask setup` does that.
    async fn start(gateway: &str) -> Option<Self> {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests"));
        if !folder.join("node_modules/oidc-provider").is_dir() {
            eprintln!("skipped: tests/node_modules has no oidc-provider; `cargo xtask setup` installs it");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let about = json!({ "port": port, "gateway": gateway }).to_string();
        let mut command = Command::new("node");
        command.arg(folder.join("oidc/provider.mjs")).arg(about).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
        // It warns of what is for tests only before it listens.
        while !out.next().unwrap().unwrap().contains("listening") {}
        Some(Self { child, issuer: format!("http://127.0.0.1:{port}") })
    }

    async fn groups(&self, groups: Value) {
        let answer = client().post(format!("{}/_test/groups", self.issuer)).body(groups.to_string()).send().await.unwrap();
        assert!(answer.status().is_success());
    }
}

/// A browser: cookies by host and port, and no step that the test does not see.
#[derive(Default)]
struct Browser {
    cookies: BTreeMap<String, BTreeMap<String, String>>,
}

impl Browser {
    async fn send(&mut self, request: reqwest::RequestBuilder) -> Response {
        let (client, request) = request.build_split();
        let mut request = request.unwrap();
        let place = request.url().authority().to_owned();
        let jar = self.cookies.entry(place).or_default();
        let line: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !line.is_empty() {
            request.headers_mut().insert("cookie", line.join("; ").parse().unwrap());
        }
        let answer = client.execute(request).await.unwrap();
        for line in answer.headers().get_all("set-cookie") {
            let (name, rest) = line.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() || rest.to_ascii_lowercase().contains("max-age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.into(), value.into());
            }
        }
        answer
    }

    async fn get(&mut self, url: &str) -> Response {
        self.send(client().get(url)).await
    }

    /// Goes on as long as answers lead on to this origin.
    async fn follow(&mut self, mut answer: Response, within: &str) -> Response {
        while answer.status().is_redirection() {
            let to = answer.url().join(answer.headers()["location"].to_str().unwrap()).unwrap();
            if !to.as_str().starts_with(within) {
                return answer;
            }
            answer = self.get(to.as_str()).await;
        }
        answer
    }

    /// Sends the first form of a page, with these fields filled in.
    async fn submit(&mut self, page: Response, filled: &[(&str, &str)]) -> Response {
        let url = page.url().clone();
        let html = String::from_utf8(page.bytes().await.unwrap().to_vec()).unwrap();
        let attribute = |tag: &str, name: &str| {
            let start = tag.find(&format!("{name}=\""))? + name.len() + 2;
            tag.get(start..)?.split('"').next().map(str::to_owned)
        };
        let form = html.split("<form").nth(1).unwrap_or_else(|| panic!("no form in {html}"));
        let action = attribute(form.split('>').next().unwrap(), "action").unwrap_or_else(|| url.to_string());
        let mut fields: Vec<(String, String)> = form
            .split("</form>")
            .next()
            .unwrap()
            .split("<input")
            .skip(1)
            .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)))
            .collect();
        fields.extend(filled.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", runs::value::percent::encode(value))).collect();
        let to = url.join(&action.replace("&amp;", "&")).unwrap();
        self.send(client().post(to).header("content-type", "application/x-www-form-urlencoded").body(body.join("&"))).await
    }
}

struct House {
    gateway: Gateway,
    op: Op,
}

impl House {
    async fn new() -> Option<Self> {
        // The provider has to know the gateway's address before it is there.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = format!("http://{}", listener.local_addr().unwrap());
        let op = Op::start(&own).await?;
        let settings = Settings {
            issuer: op.issuer.clone(),
            client_id: "sluice".into(),
            client_secret: Some(Secret("sluice-secret-sluice-secret-sluice-se".into())),
            scopes: ["profile", "groups", "offline_access"].map(str::to_owned).into(),
            groups_claim: "groups".into(),
            name_claim: "preferred_username".into(),
        };
        let role = |group: &str, role: Role| GroupRole { group: group.into(), grant: Grant::everywhere(role) };
        let sign_in = SignIn {
            mode: Mode::Oidc,
            groups: vec![role("reviewers", Role::Reviewer), role("viewers", Role::Viewer)],
            provider: Some(Arc::new(Provider::new(settings).unwrap())),
            ..SignIn::default()
        };
        let gateway = gateway_at(listener, |config| {
            config.connections = vec![connection("retab", Dialect::Retab, "http://127.0.0.1:9/v1")];
            config.sign_in = sign_in;
        });
        Some(Self { gateway: gateway.await, op })
    }

    /// To the provider's page, by the way that an opened page leads.
    async fn ask(&self, browser: &mut Browser, page: &str) -> Response {
        let open = client().get(self.gateway.url(page)).header("sec-fetch-dest", "document").header("sec-fetch-site", "none");
        let led = browser.send(open).await;
        let start = browser.follow(led, &self.gateway.url("")).await;
        assert_eq!(start.status(), 303);
        let url = Url::parse(start.headers()["location"].to_str().unwrap()).unwrap();
        let asked: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
        assert!(asked["state"].len() >= 43 && asked["nonce"].len() >= 43 && asked["code_challenge"].len() == 43, "{asked:?}");
        browser.follow(start, &self.op.issuer).await
    }

    /// Signs in at the provider; its answer leads back to us.
    async fn back(&self, browser: &mut Browser, page: &str, name: &str) -> Response {
        let mut step = self.ask(browser, page).await;
        for _ in 0..4 {
            if step.status().is_redirection() {
                return step;
            }
            let sent = browser.submit(step, &[("login", name), ("password", "any")]).await;
            step = browser.follow(sent, &self.op.issuer).await;
        }
        panic!("the provider's pages do not end")
    }

    async fn sign_in(&self, browser: &mut Browser, name: &str) -> Response {
        let back = self.back(browser, "/reviews?x=1", name).await;
        browser.get(back.headers()["location"].to_str().unwrap()).await
    }

    async fn config(&self, browser: &mut Browser) -> (StatusCode, Value) {
        let answer = browser.get(&self.gateway.url("/api/config")).await;
        (answer.status(), serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
    }

    /// Until the session has ended.
    async fn ended(&self, browser: &mut Browser) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(20) {
            if self.config(browser).await.0 == 401 {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        false
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_says_who_somebody_is_and_its_groups_what_they_may() {
    let Some(house) = House::new().await else { return };
    let mut ada = Browser::default();
    assert_eq!(house.config(&mut ada).await.0, 401);
    let done = house.sign_in(&mut ada, "ada").await;
    assert_eq!((done.status().as_u16(), done.headers()["location"].to_str().unwrap()), (303, "/reviews?x=1"));
    let (status, told) = house.config(&mut ada).await;
    assert_eq!(status, 200);
    assert_eq!((&told["person"]["name"], &told["connections"][0]["decides"]), (&json!("ada@example.test"), &json!(true)));
    assert_eq!(told["connections"][0]["manages"], json!([]));
    // In no group with a role: said on a page, and no session.
    let mut eve = Browser::default();
    let refused = house.sign_in(&mut eve, "eve").await;
    assert_eq!(refused.status(), 403);
    let page = String::from_utf8(refused.bytes().await.unwrap().to_vec()).unwrap();
    assert!(page.contains("You are eve@example.test, and no group") && page.contains("href=\"../sign-in/style.css\""), "{page}");
    assert_eq!(house.config(&mut eve).await.0, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_back_that_was_not_begun_here_signs_nobody_in() {
    let Some(house) = House::new().await else { return };
    let mut ada = Browser::default();
    let back = house.back(&mut ada, "/", "ada").await;
    let way = back.headers()["location"].to_str().unwrap().to_owned();
    // Somebody else's browser is given it (login CSRF).
    let mut victim = Browser::default();
    assert_eq!(victim.get(&way).await.status(), 403);
    // With another state, or said to be of another provider; each time the way is used up.
    for (name, value) in [("state", "guess"), ("iss", "http://127.0.0.1:1")] {
        let mut other = Browser::default();
        let mut url = Url::parse(house.back(&mut other, "/", "ada").await.headers()["location"].to_str().unwrap()).unwrap();
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().filter(|(found, _)| found != name).collect();
        url.query_pairs_mut().clear().extend_pairs(pairs).append_pair(name, value);
        assert_eq!(other.get(url.as_str()).await.status(), 403, "{name}");
        assert_eq!(house.config(&mut other).await.0, 401);
    }
    assert_eq!(ada.get(&way).await.status(), 303);
    assert_eq!(ada.get(&way).await.status(), 403, "a code is used once");
    let mut late = Browser::default();
    house.ask(&mut late, "/").await;
    let refused = late.get(&house.gateway.url("/sign-in/callback?error=access_denied&state=x")).await;
    assert_eq!(refused.status(), 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_takes_back_is_taken_back_here() {
    let Some(house) = House::new().await else { return };
    let mut ada = Browser::default();
    house.sign_in(&mut ada, "ada").await;
    // Its word runs out after two seconds; many at once ask once, for a refresh token is used once.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let cookies = ada.cookies[house.gateway.addr.to_string().as_str()].clone();
    let line = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let asked = (0..20).map(|_| house.gateway.get("/api/config").header("cookie", &line).send());
    for answer in futures_util::future::join_all(asked).await {
        assert_eq!(answer.unwrap().status(), 200);
    }
    house.op.groups(json!({ "ada": ["viewers"] })).await;
    let begun = Instant::now();
    loop {
        let (status, told) = house.config(&mut ada).await;
        assert_eq!(status, 200);
        if told["connections"][0]["decides"] == json!([]) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{told}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    house.op.groups(json!({})).await;
    assert!(house.ended(&mut ada).await, "somebody who is no longer known");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_providers_session_and_the_provider_ends_ours() {
    let Some(house) = House::new().await else { return };
    let (mut first, mut second) = (Browser::default(), Browser::default());
    house.sign_in(&mut first, "ada").await;
    // Another browser of the same person's, known to the provider by the same session.
    second.cookies = first.cookies.clone();
    second.cookies.remove(&house.gateway.addr.to_string());
    house.sign_in(&mut second, "ada").await;
    // The provider names its session anew with each way through it.
    let op = house.op.issuer.trim_start_matches("http://").to_owned();
    first.cookies.insert(op.clone(), second.cookies[&op].clone());
    assert_eq!((house.config(&mut first).await.0, house.config(&mut second).await.0), (StatusCode::OK, StatusCode::OK));
    let mut vera = Browser::default();
    house.sign_in(&mut vera, "vera").await;

    let left = first.send(house.gateway.post("/api/sign-out", "")).await;
    let to: Value = serde_json::from_slice(&left.bytes().await.unwrap()).unwrap();
    let to = to["to"].as_str().unwrap().to_owned();
    assert!(to.starts_with(&format!("{}/session/end?", house.op.issuer)) && to.contains("id_token_hint="), "{to}");
    assert_eq!(house.config(&mut first).await.0, 401);
    assert_eq!(house.config(&mut second).await.0, 200, "the provider has not ended anything yet");
    let asked = first.get(&to).await;
    let sent = first.submit(asked, &[("logout", "yes")]).await;
    let back = first.follow(sent, &house.op.issuer).await;
    assert_eq!(back.headers()["location"].to_str().unwrap(), house.gateway.url("/sign-in"));
    assert!(house.ended(&mut second).await, "told by the back channel");
    assert_eq!(house.config(&mut vera).await.0, 200, "others stay");
    for forged in ["", "logout_token=x.y.z", "other=1"] {
        let request = house.gateway.client.post(house.gateway.url("/sign-in/back-channel"));
        let answer = request.header("content-type", "application/x-www-form-urlencoded").body(forged).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{forged}");
    }
}
