//! The page where people sign in: one form, which works without scripts.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Form, FromRequest as _, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::{get, post};
use runs::value::percent::encode;
use serde::Deserialize;

use super::SignIn;
use super::cookie::{Cookie, Jar};
use super::{Auth, Mode, Person, SIGN_IN, START, caller, jar, oidc, see_other, token, under, words};
use crate::app::App;

/// A form that is open longer is sent in vain.
const FORM_AGE: Duration = Duration::from_secs(12 * 3_600);
const LARGEST_FORM: usize = 16 * 1024;
const LONGEST_WAY: usize = 4_000;
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const STYLE: &str = concat!(
    include_str!("../../../../style/tokens.css"),
    include_str!("../../../../style/base.css"),
    include_str!("../../../../style/controls.css"),
    include_str!("sign_in.css"),
);

/// `/sign-in` and what belongs to it. Addresses on the page are relative: a proxy may have it under a path.
pub fn pages() -> Router<Arc<App>> {
    Router::new()
        .route(SIGN_IN, get(show).post(sign_in))
        .route("/sign-in/out", post(sign_out))
        .route(START, get(oidc::start))
        .route("/sign-in/callback", get(oidc::callback))
        .route("/sign-in/back-channel", post(oidc::back_channel))
        .route("/sign-in/style.css", get(style))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
}

#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
struct Filled {
    #[serde(default)]
    form: String,
    #[serde(default)]
    token: String,
    #[serde(default)]
    next: String,
}

/// What stands on the page.
struct Page<'a> {
    status: StatusCode,
    /// Where to go afterwards.
    next: String,
    wrong: Option<String>,
    retry_after: Option<u64>,
    person: Option<&'a Person>,
    /// From the page's address to where `/sign-in` is.
    up: &'static str,
}

async fn show(State(app): State<Arc<App>>, asked: Result<Query<Asked>, QueryRejection>, request: Request) -> Response<Body> {
    let next = asked.map_or_else(|_| String::new(), |asked| asked.0.next);
    let person = request.extensions().get::<Person>();
    let page =
        Page { status: StatusCode::OK, next: way(&app.auth().settings().base, &next), wrong: None, retry_after: None, person, up: "" };
    answer(app.auth(), &jar(request.headers(), app.names()), request.headers(), &page)
}

async fn sign_in(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    let (auth, settings) = (app.auth(), app.auth().settings());
    let (jar, caller) = (jar(request.headers(), app.names()), caller(&settings, &request));
    let headers = request.headers().clone();
    let filled = Form::<Filled>::from_request(request, &()).await;
    let failed = |status, wrong: String, next: &str, retry_after| {
        answer(
            auth,
            &jar,
            &headers,
            &Page { status, next: way(&settings.base, next), wrong: Some(wrong), retry_after, person: None, up: "" },
        )
    };
    let Ok(Form(filled)) = filled else { return failed(StatusCode::BAD_REQUEST, words::MISSING.into(), "", None) };
    if settings.mode != Mode::Tokens {
        return failed(StatusCode::NOT_FOUND, words::NO_SIGN_IN.into(), "", None);
    }
    if !own_form(&jar, &headers, &filled.form) {
        return failed(StatusCode::FORBIDDEN, words::EXPIRED.into(), &filled.next, None);
    }
    if let Some(seconds) = auth.tries.blocked(caller) {
        return failed(StatusCode::TOO_MANY_REQUESTS, words::wait(seconds), &filled.next, Some(seconds));
    }
    let given = token::pasted(&filled.token);
    if given.is_empty() {
        return failed(StatusCode::UNPROCESSABLE_ENTITY, words::MISSING.into(), &filled.next, None);
    }
    let Some(known) = settings.token(&given) else {
        auth.tries.wrong(caller);
        tracing::warn!(?caller, "somebody tried to sign in with an unknown token");
        return failed(StatusCode::UNAUTHORIZED, words::UNKNOWN.into(), &filled.next, None);
    };
    auth.end(&jar, &headers);
    let begun = auth.sessions.begin(known.hash.clone(), settings.lifetime);
    let Ok(secret) = begun else { return failed(StatusCode::SERVICE_UNAVAILABLE, words::EXPIRED.into(), &filled.next, None) };
    tracing::info!(who = ?known.name, ?caller, "signed in");
    // Where browsers are shared it ends with the browser.
    let age = (!app.shared_device()).then_some(settings.lifetime.whole);
    let mut response = see_other(&way(&settings.base, &filled.next));
    for cookie in [jar.set(Cookie::Session, &secret, age), jar.clear(Cookie::Form)].into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The page with what went wrong.
pub(super) fn failed(auth: &Auth, jar: &Jar, headers: &HeaderMap, status: StatusCode, wrong: String, next: &str) -> Response<Body> {
    answer(
        auth,
        jar,
        headers,
        &Page { status, next: way(&auth.settings().base, next), wrong: Some(wrong), retry_after: None, person: None, up: "../" },
    )
}

/// The page's own button; the app has `/api/sign-out`.
async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap, filled: Result<Form<Filled>, FormRejection>) -> Response<Body> {
    let jar = jar(&headers, app.names());
    let own = filled.is_ok_and(|filled| own_form(&jar, &headers, &filled.0.form));
    let settings = app.auth().settings();
    let provider = own && settings.mode == Mode::Oidc;
    let mut response = see_other(&if provider { oidc::way_out(&app, &headers).await } else { settings.page() });
    if own {
        app.auth().end(&jar, &headers);
        if let Some(cookie) = jar.clear(Cookie::Session) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

async fn style() -> Response<Body> {
    let mut response = Response::new(Body::from(STYLE));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=600"));
    response
}

impl Auth {
    /// Ends the session of this browser, if it has one.
    pub(super) fn end(&self, jar: &Jar, headers: &HeaderMap) {
        if let Some(secret) = jar.read(headers, Cookie::Session) {
            self.sessions.end(&secret);
        }
    }
}

/// Whether a form was filled in on our page: what it carries is what its cookie says, and browsers say that it comes from here.
fn own_form(jar: &Jar, headers: &HeaderMap, carried: &str) -> bool {
    let elsewhere = headers.get_all("sec-fetch-site").iter().any(|site| site != "same-origin" && site != "none");
    !elsewhere && !carried.is_empty() && jar.read(headers, Cookie::Form).is_some_and(|kept| token::same(&kept, carried))
}

/// Where to go after signing in: a page of ours, and nothing else. `base`: what stands before each path.
pub(super) fn way(base: &str, next: &str) -> String {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && next.len() <= LONGEST_WAY
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && path.strip_prefix(base).is_some_and(|path| path.starts_with('/') && !under(path, SIGN_IN) && !under(path, "/api"));
    if ours { next.to_owned() } else { format!("{base}/") }
}

fn answer(auth: &Auth, jar: &Jar, headers: &HeaderMap, page: &Page<'_>) -> Response<Body> {
    let settings = auth.settings();
    // The same as before, so that a second tab does not spoil the first one's form.
    let kept = jar.read(headers, Cookie::Form).filter(|kept| kept.len() == 43);
    let form = kept.map_or_else(token::secret, Ok).unwrap_or_default();
    let mut response = Response::new(Body::from(html(&settings, page, &form)));
    *response.status_mut() = page.status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Signing out leads on to the provider, and a browser takes that for a part of sending the form.
    let provider = settings.provider.as_ref().map(|provider| provider.origin()).unwrap_or_default();
    let policy = POLICY.replace("form-action 'self'", format!("form-action 'self' {provider}").trim_end());
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(POLICY)));
    // Without a referrer browsers send the form as from nowhere (`Origin: null`), and that is refused.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if let Some(seconds) = page.retry_after {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if let Some(cookie) = jar.set(Cookie::Form, &form, Some(FORM_AGE)) {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

fn html(settings: &SignIn, page: &Page<'_>, form: &str) -> String {
    let next = escape(&page.next);
    let hidden = format!(r#"<input type="hidden" name="form" value="{}"><input type="hidden" name="next" value="{next}">"#, escape(form));
    let name = page.person.and_then(Person::name);
    let provider = settings.provider.as_ref().map(|provider| provider.issuer().split("//").last().unwrap_or_default().to_owned());
    let body = match (settings.mode, name) {
        (Mode::Loopback, _) => format!("<p>{}</p>{}", words::NO_SIGN_IN, go_on(&next)),
        (Mode::Proxy, _) => format!("<p>{}</p>{}", words::BY_PROXY, go_on(&next)),
        (Mode::Oidc, None) => {
            let wrong = page.wrong.as_deref().map(|wrong| format!(r#"<p class="sl-signin__wrong" role="alert">{}</p>"#, escape(wrong)));
            let link = escape(&words::with_provider(&provider.unwrap_or_default()));
            let way = format!("{}sign-in/start?next={}", page.up, encode(&page.next));
            format!(r#"{}<p><a class="sl-btn sl-btn--primary" href="{}">{link}</a></p>"#, wrong.unwrap_or_default(), way)
        }
        (Mode::Tokens | Mode::Oidc, Some(name)) => format!(
            r#"<p>{}</p>{}<form method="post" action="{}sign-in/out">{hidden}<p class="sl-signin__hint">{}</p><button class="sl-btn">{}</button></form>"#,
            escape(&words::signed_in(name)),
            go_on(&next),
            page.up,
            words::OTHER,
            words::SIGN_OUT,
        ),
        (Mode::Tokens, None) => {
            let wrong = page.wrong.as_deref().map(escape);
            let (invalid, described) = if wrong.is_some() { (r#" aria-invalid="true""#, "wrong hint") } else { ("", "hint") };
            let wrong =
                wrong.map(|wrong| format!(r#"<p id="wrong" class="sl-signin__wrong" role="alert">{wrong}</p>"#)).unwrap_or_default();
            format!(
                r#"<form method="post" action="sign-in">{hidden}<label for="token">{}</label><input id="token" name="token" type="password" class="sl-input" autocomplete="current-password" autocapitalize="off" spellcheck="false" required autofocus aria-describedby="{described}"{invalid}>{wrong}<p id="hint" class="sl-signin__hint">{}</p><button class="sl-btn sl-btn--primary">{}</button></form>"#,
                words::LABEL,
                words::HINT,
                words::SIGN_IN,
            )
        }
    };
    format!(
        r#"<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>{0}</title><link rel="stylesheet" href="{1}sign-in/style.css"></head><body class="sl-page sl-app"><main class="sl-signin"><h1>{0}</h1>{body}</main></body></html>"#,
        words::TITLE,
        page.up,
    )
}

fn go_on(next: &str) -> String {
    format!(r#"<p><a class="sl-btn sl-btn--primary" href="{next}">{}</a></p>"#, words::GO_ON)
}

fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, letter| {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_one_is_on_a_page_of_ours() {
        for (next, expected) in [
            ("/runs?c=retab&flow=wf_1", "/runs?c=retab&flow=wf_1"),
            ("/c/retab/runs/run_1#step=x", "/c/retab/runs/run_1#step=x"),
            ("", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("javascript:alert(1)", "/"),
            ("/a\r\nSet-Cookie: x=y", "/"),
            ("/sign-in?next=/sign-in", "/"),
            ("/api/audit.csv", "/"),
            ("/sign-ins", "/sign-ins"),
        ] {
            assert_eq!(way("", next), expected, "{next}");
        }
        for (next, expected) in [
            ("/sluice/runs", "/sluice/runs"),
            ("/runs", "/sluice/"),
            ("/sluicer/x", "/sluice/"),
            ("/sluice/api/x", "/sluice/"),
            ("", "/sluice/"),
        ] {
            assert_eq!(way("/sluice", next), expected, "{next}");
        }
    }

    #[test]
    fn a_name_is_text_on_the_page() {
        assert_eq!(escape("<b>\"O'Neil\" & co"), "&lt;b&gt;&quot;O&#39;Neil&quot; &amp; co");
    }
}
