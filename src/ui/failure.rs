use super::{Glyph, Icon, Notice, StatusMark, copy, vendor_told};
use crate::data::Connection;
use crate::platform::clock;
use crate::prelude::*;
use crate::routes;
use crate::state::Toast;
use crate::strings::t;
use runs::model::status::Tone;
use runs::wire::error::shortened;
use runs::{ApiError, Dialect, ErrorKind, Timestamp};

/// Who is named in what is said of an error: nobody can pass a sentence for a name.
#[derive(Clone)]
pub struct ErrorSource(String);

impl ErrorSource {
    /// The gateway, or the way to it.
    pub fn product() -> Self {
        Self(t().shell.product.into())
    }

    pub fn audit_log() -> Self {
        Self(t().audit.log.into())
    }
}

impl From<Dialect> for ErrorSource {
    fn from(dialect: Dialect) -> Self {
        Self(dialect.vendor().into())
    }
}

/// `None`: no connection is chosen.
impl From<Option<Dialect>> for ErrorSource {
    fn from(dialect: Option<Dialect>) -> Self {
        Self(dialect.map_or("", Dialect::vendor).into())
    }
}

/// By its label, where several are shown at once.
impl From<&Connection> for ErrorSource {
    fn from(connection: &Connection) -> Self {
        Self(connection.label.clone())
    }
}

/// What failed, in place of what should be there: fact, cause, next step, the request id and a way on.
#[component]
pub fn Failure(#[prop(into)] what: String, error: ApiError, #[prop(into)] source: ErrorSource, retry: Callback<()>) -> Html {
    let words = t().shared;
    let at = clock::now();
    let details = details(&error, at);
    let line = trace(&error, at);
    let sign_in = sign_in(&error);
    view! {
        <div class="sl-empty" role="alert">
            <StatusMark tone="fail" icon=Icon::Failed words=what />
            <h2>{(words.error_title)(&error, &source.0)}</h2>
            <p>{(words.error_next)(&error, &source.0)}</p>
            {(!error.detail.is_empty()).then(|| view! { <p class="sl-sm sl-2">{vendor_told(error.detail.clone())}</p> })}
            <p class="sl-mono sl-xs">{line}</p>
            <div class="sl-row sl-row--wrap">
                <button type="button" class="sl-btn sl-btn--primary" on:click=move |_| retry.run(())>
                    <Glyph icon=Icon::Refresh />{words.try_again}
                </button>
                {sign_in}
                <CopyDetails details=details />
            </div>
        </div>
    }
}

/// The same in one line, above data that is still shown.
#[component]
pub fn FailureNote(error: ApiError, #[prop(into)] source: ErrorSource, #[prop(optional, into)] still: String, retry: Callback<()>) -> Html {
    let words = t().shared;
    let details = details(&error, clock::now());
    let told = Some(error.detail.as_str())
        .filter(|detail| !detail.is_empty())
        .map(|detail| format!("“{}”", shortened(detail, 300)))
        .unwrap_or_default();
    let id = error.request_id.as_ref().map(|id| format!("({} {id})", words.request_id)).unwrap_or_default();
    let parts = [told, id, (words.error_next)(&error, &source.0), still];
    let next = parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ");
    let sign_in = sign_in(&error);
    let actions = view! {
        {sign_in}
        <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| retry.run(())>{words.try_again}</button>
        <CopyDetails details=details />
    };
    view! { <Notice tone=Tone::Wait icon=Icon::Warn fact=(words.error_title)(&error, &source.0) next=next actions=actions /> }
}

/// What failed, as a message.
pub fn error_toast(error: &ApiError, vendor: &str) -> Toast {
    error_toast_with(error, (t().shared.error_line)(error, vendor))
}

/// The same in other words. A message has one way on: a new sign-in, where that is what is missing.
pub fn error_toast_with(error: &ApiError, text: String) -> Toast {
    Toast { text, alert: true, link: may_sign_in(error).then(|| (t().shared.sign_in.into(), routes::here())) }
}

const fn may_sign_in(error: &ApiError) -> bool {
    matches!(error.kind, ErrorKind::SignedOut | ErrorKind::Intercepted)
}

/// In another tab, so that nothing is lost that stands here.
pub fn sign_in(error: &ApiError) -> Option<Html> {
    may_sign_in(error).then(|| {
        view! {
            <a class="sl-btn sl-btn--sm" href=routes::here() target="_blank" rel="external noopener">
                {t().shared.sign_in}<Glyph icon=Icon::External small=true />
            </a>
        }
    })
}

#[component]
fn CopyDetails(details: String) -> Html {
    let words = t().shared;
    let copy = move |_| copy(details.clone(), words.copied);
    view! { <button type="button" class="sl-btn sl-btn--sm" on:click=copy><Glyph icon=Icon::Copy />{words.copy_details}</button> }
}

/// `GET workflows/runs · 503 · request 01J… · 14:08:33`
fn trace(error: &ApiError, at: Timestamp) -> String {
    let mut parts = vec![error.call.to_string()];
    parts.extend(error.status.map(|status| status.to_string()));
    parts.extend(error.request_id.as_ref().map(|id| format!("{} {id}", t().shared.request_id)));
    parts.push((t().shared.clock)(clock::local(at)));
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// What a bug report needs; nothing of it is secret: keys never reach the browser.
fn details(error: &ApiError, at: Timestamp) -> String {
    format!("{}\n{}\n{:?}\n{}", clock::iso_local(at), trace(error, at), error.kind, error.detail)
}
