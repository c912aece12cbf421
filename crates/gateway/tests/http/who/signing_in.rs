//! Tokens, the page, the cookie and its end.

use std::time::Duration;

use gateway::auth::session::Lifetime;
use gateway::auth::{Grant, Role};
use reqwest::Response;
use runs::Dialect;
use serde_json::Value;

use super::People;
use crate::support::*;

/// A gateway that Ada may use, and her token.
async fn hers(change: impl FnOnce(&mut gateway::config::Config)) -> (Gateway, String) {
    let mut people = People::new();
    let token = people.add("Ada <Lovelace>", vec![Grant::everywhere(Role::Reviewer)]);
    let gateway = gateway_with(|config| {
        config.connections = vec![];
        config.sign_in = people.sign_in;
        change(config);
    });
    (gateway.await, token)
}

fn cookies(answer: &Response) -> Vec<String> {
    answer.headers().get_all("set-cookie").iter().map(|line| line.to_str().unwrap().to_owned()).collect()
}

/// `name=value` of the cookie whose name begins so.
fn cookie(answer: &Response, name: &str) -> String {
    let found = cookies(answer).into_iter().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no cookie {name}"));
    found.split(';').next().unwrap().to_owned()
}

async fn text(answer: Response) -> String {
    String::from_utf8(answer.bytes().await.unwrap().to_vec()).unwrap()
}

/// The page's form as a browser without scripts sends it: its cookie, and what stands in its fields.
async fn form(gateway: &Gateway, page: &str, headers: &[(&str, &str)]) -> (String, String) {
    let mut request = gateway.get(page);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let kept = answer.headers().get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).find(|line| line.contains("sluice-form"));
    let kept = kept.unwrap().split(';').next().unwrap().to_owned();
    let html = text(answer).await;
    let carried = html.split("name=\"form\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    (kept, carried)
}

async fn send(gateway: &Gateway, kept: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Response {
    let mut request = gateway.client.post(gateway.url("/sign-in")).header("cookie", kept);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", runs::value::percent::encode(value))).collect();
    request.header("content-type", "application/x-www-form-urlencoded").body(body.join("&")).send().await.unwrap()
}

pub(super) async fn sign_in(gateway: &Gateway, token: &str) -> String {
    let (kept, carried) = form(gateway, "/sign-in", &[]).await;
    let answer = send(gateway, &kept, &[("form", &carried), ("token", token)], &[]).await;
    assert_eq!(answer.status(), 303, "{}", text(answer).await);
    cookie(&answer, "sluice-")
}

async fn config(gateway: &Gateway, cookie: &str) -> Response {
    gateway.get("/api/config").header("cookie", cookie).send().await.unwrap()
}

#[tokio::test]
async fn without_a_session_nothing_under_api_answers_and_the_app_learns_where_to_sign_in() {
    let (gateway, _) = hers(|config| config.connections = vec![connection("retab", Dialect::Retab, "http://127.0.0.1:9/v1")]).await;
    for path in
        ["/api/config", "/api/c/retab/workflows", "/api/audit", "/api/audit.csv", "/api/presence", "/api/nothing", "/api/c/retab/file/x"]
    {
        let answer = gateway.get(path).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{path}");
        assert_eq!(answer.headers()["sluice-sign-in"], "/sign-in", "{path}");
        assert!(answer.headers().contains_key("sluice-time"), "{path}");
        assert_eq!(answer.headers().contains_key("sluice-relay"), path.starts_with("/api/c/"), "{path}");
        assert!(detail(answer).await.contains("not signed in"), "{path}");
    }
    let write = gateway.post("/api/c/retab/workflows/wf/run", "{}").send().await.unwrap();
    assert_eq!((write.status().as_u16(), write.headers()["sluice-relay"].to_str().unwrap()), (401, "not-sent"));
    assert_eq!(config(&gateway, &format!("sluice-{}=guess", gateway.addr.port())).await.status(), 401);
    // The app's own files hold nothing of anybody's; what a page asks first does, so it is not named.
    let page = gateway.get("/").send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(!page.headers().contains_key("link"));
}

#[tokio::test]
async fn a_page_that_is_opened_without_a_session_leads_through_the_sign_in_and_back() {
    let (gateway, token) = hers(|_| ()).await;
    let open = |site: &'static str| {
        gateway.get("/runs?c=retab&flow=wf_1").header("sec-fetch-dest", "document").header("sec-fetch-site", site).send()
    };
    let led = open("none").await.unwrap();
    assert_eq!(
        (led.status().as_u16(), led.headers()["location"].to_str().unwrap()),
        (303, "/sign-in?next=%2Fruns%3Fc%3Dretab%26flow%3Dwf_1")
    );
    // A link on another site comes without the cookie, whoever is signed in: the app finds out.
    assert_eq!(open("cross-site").await.unwrap().status(), 200);
    let (kept, carried) = form(&gateway, "/sign-in?next=%2Fruns%3Fc%3Dretab", &[]).await;
    let answer = send(&gateway, &kept, &[("form", &carried), ("next", "/runs?c=retab"), ("token", &format!(" {token}\n"))], &[]).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (303, "/runs?c=retab"));
    let cookie = cookie(&answer, "sluice-");
    let page = gateway.get("/runs").header("cookie", &cookie).header("sec-fetch-dest", "document").header("sec-fetch-site", "none");
    assert_eq!(page.send().await.unwrap().status(), 200);
    let told: Value = serde_json::from_str(&text(config(&gateway, &cookie).await).await).unwrap();
    assert_eq!(told["person"]["name"], "Ada <Lovelace>");
    let page = text(gateway.get("/sign-in").header("cookie", &cookie).send().await.unwrap()).await;
    assert!(page.contains("signed in as Ada &lt;Lovelace&gt;") && !page.contains("type=\"password\""), "{page}");
}

#[tokio::test]
async fn the_page_is_plain_html_that_nothing_frames_and_its_cookies_are_for_no_script() {
    let (gateway, token) = hers(|config| {
        config.public_hosts = vec!["sluice.example.com".into()];
        config.frame_ancestors = vec!["https://portal.example.com".into()];
    })
    .await;
    let page = gateway.get("/sign-in").send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'self';") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(page.headers()["cache-control"], "no-store");
    assert_eq!(page.headers()["referrer-policy"], "same-origin", "else browsers send the form with `Origin: null`");
    let html = text(page).await;
    assert!(!html.contains("<script") && !html.contains("style="), "{html}");
    let style = gateway.get("/sign-in/style.css").send().await.unwrap();
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
    assert!(text(style).await.contains("light-dark("));
    // Here over plain http on this machine, there by https.
    let answer = send(&gateway, "", &[], &[]).await;
    assert_eq!(answer.status(), 403);
    let https = [("host", "sluice.example.com"), ("origin", "https://sluice.example.com")];
    let (kept, carried) = form(&gateway, "/sign-in", &https).await;
    let answer = send(&gateway, &kept, &[("form", &carried), ("token", &token)], &https).await;
    let set = cookies(&answer);
    let session = set.iter().find(|line| line.starts_with("__Host-sluice=")).unwrap();
    for mark in ["; HttpOnly", "; SameSite=Strict", "; Secure", "; Path=/", "; Max-Age=86400"] {
        assert!(session.contains(mark), "{session}");
    }
    assert!(!session.contains("Domain") && !session.contains(&token));
}

#[tokio::test]
async fn a_form_that_another_site_sends_signs_nobody_in() {
    let (gateway, token) = hers(|_| ()).await;
    let (kept, carried) = form(&gateway, "/sign-in", &[]).await;
    let (_, another) = form(&gateway, "/sign-in", &[]).await;
    for (kept, form, headers) in [
        ("", carried.as_str(), &[][..]),
        (&kept, "", &[][..]),
        (&kept, another.as_str(), &[][..]),
        (&kept, carried.as_str(), &[("sec-fetch-site", "cross-site")][..]),
        (&kept, carried.as_str(), &[("origin", "https://evil.example")][..]),
    ] {
        let answer = send(&gateway, kept, &[("form", form), ("token", &token)], headers).await;
        assert_eq!(answer.status(), 403, "{headers:?}");
        assert!(!cookies(&answer).iter().any(|line| line.starts_with(&format!("sluice-{}", gateway.addr.port()))));
    }
    // No page either: framed by nobody, and only from its own form.
    let answer = send(&gateway, &kept, &[("form", &carried), ("token", &token), ("next", "//evil.example/")], &[]).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (303, "/"));
}

#[tokio::test]
async fn a_wrong_token_is_said_on_the_page_and_too_many_wait() {
    let (gateway, token) = hers(|_| ()).await;
    let (kept, carried) = form(&gateway, "/sign-in", &[]).await;
    let try_with = async |token: &str| send(&gateway, &kept, &[("form", &carried), ("next", "/reviews"), ("token", token)], &[]).await;
    let empty = try_with(" ").await;
    assert_eq!(empty.status(), 422);
    for at in 0..10 {
        let answer = try_with(&format!("sluice_wrong{at}")).await;
        assert_eq!(answer.status(), 401);
        let html = text(answer).await;
        assert!(html.contains("role=\"alert\"") && html.contains("aria-invalid=\"true\"") && html.contains("value=\"/reviews\""), "{html}");
        assert!(!html.contains("sluice_wrong"), "what was typed stays out of the page");
    }
    let blocked = try_with(&token).await;
    assert_eq!(blocked.status(), 429);
    assert!(blocked.headers()["retry-after"].to_str().unwrap().parse::<u64>().is_ok_and(|seconds| (1..=60).contains(&seconds)));
    // A script whose token is known goes on: somebody else behind the same address cannot shut it out.
    let bearer = |token: &str| gateway.get("/api/config").bearer_auth(token).send();
    assert_eq!(bearer(&token).await.unwrap().status(), 200);
    assert_eq!(bearer("sluice_other").await.unwrap().status(), 429);
}

#[tokio::test]
async fn a_script_sends_its_token_with_each_request_and_keeps_the_rule_for_writes() {
    let (gateway, token) = hers(|config| config.connections = vec![connection("retab", Dialect::Retab, "http://127.0.0.1:9/v1")]).await;
    let told = gateway.get("/api/config").bearer_auth(&token).send().await.unwrap();
    assert_eq!(told.status(), 200);
    for wrong in [format!("Bearer {token}x"), "Bearer".into(), format!("Basic {token}"), "Bearer ".into()] {
        let answer = gateway.get("/api/config").header("authorization", &wrong).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{wrong}");
        let detail = detail(answer).await;
        assert!(!detail.contains(&token), "{detail}");
    }
    let twice = gateway.get("/api/config").bearer_auth(&token).header("authorization", "Bearer x").send().await.unwrap();
    assert_eq!(twice.status(), 400);
    let bare = gateway.client.put(gateway.url("/api/presence")).bearer_auth(&token).send().await.unwrap();
    assert_eq!(bare.status(), 403, "without x-sluice: 1");
}

#[tokio::test]
async fn a_session_ends_by_signing_out_by_idleness_by_age_and_with_its_token() {
    let (gateway, token) = hers(|_| ()).await;
    let (mine, other) = (sign_in(&gateway, &token).await, sign_in(&gateway, &token).await);
    assert_ne!(mine, other);
    let left = gateway.post("/api/sign-out", "").header("cookie", &mine).send().await.unwrap();
    assert_eq!(left.status(), 200);
    assert!(cookies(&left).iter().any(|line| line.contains("Max-Age=0")));
    assert_eq!(text(left).await, r#"{"to":"/sign-in"}"#);
    assert_eq!(config(&gateway, &mine).await.status(), 401);
    assert_eq!(config(&gateway, &other).await.status(), 200);
    // Signed out on the page, without scripts.
    let (kept, carried) = form(&gateway, "/sign-in", &[("cookie", &other)]).await;
    let out = gateway.client.post(gateway.url("/sign-in/out")).header("cookie", format!("{other}; {kept}"));
    let out = out.header("content-type", "application/x-www-form-urlencoded").body(format!("form={carried}")).send().await.unwrap();
    assert_eq!(out.status(), 303);
    assert_eq!(config(&gateway, &other).await.status(), 401);

    for lifetime in [
        Lifetime { idle: Duration::from_millis(30), whole: Duration::from_secs(60) },
        Lifetime { idle: Duration::from_secs(60), whole: Duration::from_millis(30) },
    ] {
        let (gateway, token) = hers(|config| config.sign_in.lifetime = lifetime).await;
        let mine = sign_in(&gateway, &token).await;
        tokio::time::sleep(Duration::from_millis(60)).await;
        assert_eq!(config(&gateway, &mine).await.status(), 401, "{lifetime:?}");
    }
}

#[tokio::test]
async fn a_gateway_for_this_machine_asks_nobody_who_they_are() {
    let gateway = gateway(vec![connection("retab", Dialect::Retab, "http://127.0.0.1:9/v1")]).await;
    let told: Value = serde_json::from_str(&text(gateway.get("/api/config").send().await.unwrap()).await).unwrap();
    assert!(told.get("person").is_none() && told["connections"][0].get("decides").is_none(), "{told}");
    let page = text(gateway.get("/sign-in").send().await.unwrap()).await;
    assert!(page.contains("Nobody signs in here"), "{page}");
}

#[tokio::test]
async fn a_token_that_is_taken_out_of_the_configuration_ends_its_sessions_and_others_go_on() {
    let mut people = People::new();
    let (ada, bob) = (people.add("Ada", vec![Grant::everywhere(Role::Admin)]), people.add("Bob", vec![Grant::everywhere(Role::Viewer)]));
    let settings = people.sign_in.clone();
    let gateway = gateway_with(|config| config.sign_in = settings).await;
    let (first, second) = (sign_in(&gateway, &ada).await, sign_in(&gateway, &bob).await);
    let mut after = people.sign_in;
    after.tokens.remove(0);
    gateway.app.auth().reload(after);
    assert_eq!(config(&gateway, &first).await.status(), 401);
    assert_eq!(gateway.get("/api/config").bearer_auth(&ada).send().await.unwrap().status(), 401);
    assert_eq!(config(&gateway, &second).await.status(), 200);
}

#[tokio::test]
async fn under_a_path_the_sign_in_is_under_it_too() {
    let (gateway, token) = hers(|config| config.base_path = "/sluice".into()).await;
    let open = gateway.get("/sluice/runs").header("sec-fetch-dest", "document").header("sec-fetch-site", "none");
    assert_eq!(open.send().await.unwrap().headers()["location"], "/sluice/sign-in?next=%2Fsluice%2Fruns");
    let refused = gateway.get("/sluice/api/config").send().await.unwrap();
    assert_eq!(refused.headers()["sluice-sign-in"], "/sluice/sign-in");
    let (kept, carried) = form(&gateway, "/sign-in", &[]).await;
    let answer = send(&gateway, &kept, &[("form", &carried), ("token", &token)], &[]).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (303, "/sluice/"));
}
