//! Preview of a file: PDF, picture, table, JSON or text, drawn as pixels and text nodes, never as markup.

mod choice;
mod frames;
mod icon_button;
mod marking;
mod pages;
mod reading;
mod search;
mod table;
mod text;

use crate::net::{self, Bytes, Scope};
use crate::platform::encoding::decoded;
use crate::prelude::*;
use crate::routes;
use crate::strings::t;
use crate::ui::{Failure, Glyph, Icon, download};
use console::file::charset::{Encoding, Why};
use console::file::sniff::{Kind, kind};
use console::places::Text;
pub use marking::{DocumentText, Marking, PANE};
use pages::Pages;
use runs::model::File;
use runs::{ApiError, Dialect, Json};
use search::Search;
use std::sync::Arc;
pub use text::{Marked, MarkedProse, SHOWN};

/// Reads the file, unless it is known, and shows it; `dialect` names who fails. With `marking`, a form's values are marked in it.
#[component]
pub fn Preview(
    #[prop(into)] connection: String,
    #[prop(into)] run: String,
    dialect: Dialect,
    file: File,
    known: Option<Arc<Bytes>>,
    marking: Option<Marking>,
) -> Html {
    if let Some(marking) = marking {
        marking.text.set(DocumentText::Closed);
        marking.file.set(file.id.clone());
    }
    let Some(id) = file.id.clone() else { return view! { <p class="sl-sm sl-2">{(t().preview.no_id)(dialect.vendor())}</p> } };
    let href = routes::file(&connection, &run, &id);
    let read = RwSignal::new(known.map(Ok::<Arc<Bytes>, ApiError>));
    let again = RwSignal::new(0u32);
    let asked = href.clone();
    Effect::new(move |_| {
        if again.get() == 0 && read.with_untracked(Option::is_some) {
            return;
        }
        read.set(None);
        let (scope, href) = (Scope::of_view(), asked.clone());
        leptos::task::spawn_local(async move {
            let answer = net::file(&href, &scope).await;
            if !scope.ended() {
                read.try_set(Some(answer.map(Arc::new)));
            }
        });
    });
    Effect::new(move |_| {
        let Some(marking) = marking else { return };
        let failed = match read.with(|read| read.as_ref().map(Result::is_err)) {
            Some(failed) if marking.unread.with_untracked(|unread| unread.contains(&id) != failed) => failed,
            _ => return,
        };
        marking.unread.update(|unread| {
            if failed {
                unread.insert(id.clone());
            } else {
                unread.remove(&id);
            }
        });
    });
    let (name, name_of_download) = (file.name.clone(), file.name.clone());
    let shown = move || match read.get() {
        None => view! { <p class="sl-sm sl-2" role="status">{(t().preview.reading)(&name)}</p> },
        Some(Err(error)) => {
            let retry = Callback::new(move |()| again.update(|again| *again += 1));
            view! { <Failure what=(t().preview.failed)(&name) error=error source=dialect retry=retry /> }
        }
        Some(Ok(bytes)) => show(&file, &bytes, marking),
    };
    view! {
        <div class="sl-preview sl-stack sl-stack--2">
            {shown}
            <p class="sl-xs"><a href=href.clone() download=name_of_download rel="external" on:click=move |event| download(&event, href.clone(), "")><Glyph icon=Icon::File small=true />" "{t().preview.download}</a></p>
        </div>
    }
}

fn show(file: &File, bytes: &Arc<Bytes>, marking: Option<Marking>) -> Html {
    let (name, words) = (file.name.clone(), t().preview);
    let told: Vec<&str> = file.media_type.as_deref().into_iter().chain([bytes.media_type.as_str()]).collect();
    if bytes.body.is_empty() {
        return view! { <p class="sl-sm sl-2">{words.empty}</p> };
    }
    match kind(&bytes.body, &file.name, &told) {
        kind @ (Kind::Pdf | Kind::Picture | Kind::Tiff | Kind::Heic) => {
            view! { <Pages bytes=Arc::clone(bytes) name=name kind=kind marking=marking /> }
        }
        kind @ (Kind::Table | Kind::Json | Kind::Text) => written(Arc::clone(bytes), name, kind, marking),
        Kind::Other => {
            let said = told.into_iter().find(|kind| !kind.is_empty() && *kind != "application/octet-stream").unwrap_or_default();
            view! { <p class="sl-sm sl-2">{(words.unknown)(said)}</p> }
        }
    }
}

/// What is written, in the encoding that was found or chosen.
fn written(bytes: Arc<Bytes>, name: String, kind: Kind, marking: Option<Marking>) -> Html {
    let chosen = RwSignal::new(None::<Encoding>);
    live(move || {
        let (encoding, text) = decoded(&bytes.body, &bytes.media_type, chosen.get());
        if kind == Kind::Table {
            return table::table(&text, name.clone(), marking, move || choice::encoding(&encoding, chosen));
        }
        // JSON has one encoding, and says nothing of it.
        let exact = matches!(encoding.why, Why::Mark | Why::Bytes) && encoding.label == "utf-8";
        let value = if kind == Kind::Json { runs::value::json::parse(text.as_bytes()).ok() } else { None };
        let choice = (value.is_none() || !exact).then(|| choice::encoding(&encoding, chosen));
        plain(value.unwrap_or(Json::String(text)), name.clone(), marking, choice)
    })
}

fn plain(value: Json, name: String, marking: Option<Marking>, choice: Option<Html>) -> Html {
    let finding = Search::new();
    let text = Text::of(&value, SHOWN);
    let pieces = Arc::new(text.pieces());
    finding.pieces.set(Arc::clone(&pieces));
    if let Some(marking) = marking {
        marking.text.set(DocumentText::Read { pieces, cut: text.cut });
    }
    view! {
        <div class="sl-row sl-row--wrap sl-preview__bar"><span class="sl-push"></span>{finding.strip()}{choice}</div>
        <Marked value=value label=name marking=marking finding=finding base=0 />
    }
}

/// What is written in the beginning of a document, by its pages, cells or leaves.
pub async fn beginning(file: &File, bytes: &Bytes) -> Vec<String> {
    let told: Vec<&str> = file.media_type.as_deref().into_iter().chain([bytes.media_type.as_str()]).collect();
    let text = || decoded(&bytes.body, &bytes.media_type, None).1;
    match kind(&bytes.body, &file.name, &told) {
        Kind::Pdf => reading::beginning(bytes).await,
        Kind::Table => console::file::cells::table(&text(), None, 500, 50).rows.into_iter().flatten().collect(),
        Kind::Json => Text::of(&runs::value::json::parse(&bytes.body).unwrap_or_else(|_| Json::String(text())), SHOWN).pieces(),
        Kind::Text => Text::plain(&text(), SHOWN).pieces(),
        _ => Vec::new(),
    }
}
