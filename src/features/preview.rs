//! A file of a run, shown where one reads: PDF, image, table, JSON, text. Its bytes become pixels and text nodes, never markup.

mod frames;
mod image;
mod kind;
mod marking;
mod pages;
mod table;
mod text;
mod tool;

use crate::net::{self, Bytes, Scope};
use crate::prelude::*;
use crate::routes;
use crate::strings::t;
use crate::ui::{Code, Failure, Glyph, Icon, download};
use image::Image;
use kind::Kind;
pub use marking::{Marking, PANE, Paper};
use pages::Pages;
use runs::model::File;
use runs::places::Text;
use runs::{ApiError, Json};
use std::sync::Arc;
use table::Table;
pub use text::{Marked, SHOWN};

/// Reads the file and shows it; `vendor` is named in errors. With `marking`, a form's values are marked in it.
#[component]
pub fn Preview(
    #[prop(into)] connection: String,
    #[prop(into)] vendor: String,
    file: File,
    #[prop(optional)] marking: Option<Marking>,
) -> Html {
    if let Some(marking) = marking {
        marking.paper.set(Paper::Closed);
        marking.file.set(file.id.clone());
    }
    let Some(id) = file.id.clone() else { return view! { <p class="sl-sm sl-2">{(t().preview.no_id)(&vendor)}</p> } };
    let href = routes::file(&connection, &id);
    let read = RwSignal::new(None::<Result<Arc<Bytes>, ApiError>>);
    let again = RwSignal::new(0u32);
    let asked = href.clone();
    Effect::new(move |_| {
        again.track();
        read.set(None);
        let (scope, href) = (Scope::of_view(), asked.clone());
        leptos::task::spawn_local(async move {
            let answer = net::file(&href, &scope).await;
            if !scope.ended() {
                read.try_set(Some(answer.map(Arc::new)));
            }
        });
    });
    let (name, name_of_download) = (file.name.clone(), file.name.clone());
    let shown = move || match read.get() {
        None => view! { <p class="sl-sm sl-2" role="status">{(t().preview.reading)(&name)}</p> },
        Some(Err(error)) => {
            let retry = Callback::new(move |()| again.update(|again| *again += 1));
            view! { <Failure what=(t().preview.failed)(&name) error=error vendor=vendor.clone() retry=retry /> }
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
    let name = file.name.clone();
    match Kind::of(file, &bytes.media_type) {
        Kind::Pdf => view! { <Pages bytes=Arc::clone(bytes) name=name marking=marking /> },
        Kind::Image => view! { <Image bytes=Arc::clone(bytes) name=name marking=marking /> },
        Kind::Table => view! { <Table bytes=Arc::clone(bytes) name=name marking=marking /> },
        Kind::Json => text(runs::json::parse(&bytes.body).unwrap_or_else(|_| plain(&bytes.body)), name, marking),
        Kind::Text => text(plain(&bytes.body), name, marking),
        Kind::Other => view! { <p class="sl-sm sl-2">{(t().preview.unknown)(&bytes.media_type)}</p> },
    }
}

fn plain(bytes: &[u8]) -> Json {
    Json::String(String::from_utf8_lossy(bytes).into_owned())
}

fn text(value: Json, name: String, marking: Option<Marking>) -> Html {
    let Some(marking) = marking else { return view! { <Code value=value label=name /> } };
    let text = Text::of(&value, SHOWN);
    marking.paper.set(Paper::Read { pieces: Arc::new(text.pieces()), cut: text.cut });
    view! { <Marked value=value label=name marking=marking base=0 /> }
}
