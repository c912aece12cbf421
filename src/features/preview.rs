//! A file of a run, shown where one reads: PDF, image, table, JSON, text. Its bytes become pixels and text nodes, never markup.

mod image;
mod kind;
mod pages;
mod table;

use crate::net::{self, Bytes, Scope};
use crate::prelude::*;
use crate::routes;
use crate::strings::t;
use crate::ui::{Code, Failure, Glyph, Icon};
use image::Image;
use kind::Kind;
use pages::Pages;
use runs::model::File;
use runs::{ApiError, Json};
use std::sync::Arc;
use table::Table;

/// Reads the file and shows it; `vendor` is named in errors.
#[component]
pub fn Preview(#[prop(into)] connection: String, #[prop(into)] vendor: String, file: File) -> Html {
    let Some(id) = file.id.clone() else { return view! { <p class="sl-sm sl-2">{t().preview.no_id}</p> } };
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
    let name = file.name.clone();
    let shown = move || match read.get() {
        None => view! { <p class="sl-sm sl-2" role="status">{(t().preview.reading)(&name)}</p> },
        Some(Err(error)) => {
            let retry = Callback::new(move |()| again.update(|again| *again += 1));
            view! { <Failure what=(t().preview.failed)(&name) error=error vendor=vendor.clone() retry=retry /> }
        }
        Some(Ok(bytes)) => show(&file, &bytes),
    };
    view! {
        <div class="sl-preview sl-stack sl-stack--2">
            {shown}
            <p class="sl-xs"><a href=href download=true rel="external"><Glyph icon=Icon::File small=true />" "{t().preview.download}</a></p>
        </div>
    }
}

fn show(file: &File, bytes: &Arc<Bytes>) -> Html {
    let name = file.name.clone();
    match Kind::of(file, &bytes.media_type) {
        Kind::Pdf => view! { <Pages bytes=Arc::clone(bytes) name=name /> },
        Kind::Image => view! { <Image bytes=Arc::clone(bytes) name=name /> },
        Kind::Table => view! { <Table bytes=Arc::clone(bytes) name=name /> },
        Kind::Json => match runs::json::parse(&bytes.body) {
            Ok(value) => view! { <Code value=value label=name /> },
            Err(_) => text(&bytes.body, name),
        },
        Kind::Text => text(&bytes.body, name),
        Kind::Other => view! { <p class="sl-sm sl-2">{(t().preview.unknown)(&bytes.media_type)}</p> },
    }
}

fn text(bytes: &[u8], name: String) -> Html {
    view! { <Code value=Json::String(String::from_utf8_lossy(bytes).into_owned()) label=name /> }
}
