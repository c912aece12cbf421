use super::field::{Chosen, Entry};
use crate::net;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, cut};
use leptos::html::Input;
use runs::adapters::InputKind;
use std::sync::Arc;
use wasm_bindgen_futures::JsFuture;

/// Chooses files, by button or by dropping them; samples for sandbox connections.
#[component]
pub fn FileField(entry: Entry, samples: Vec<String>) -> Html {
    let words = t().start;
    let field = entry.field.get_value();
    let InputKind::File { accept, many, .. } = field.kind.clone() else { return ().view() };
    let input = NodeRef::<Input>::new();
    let over = RwSignal::new(false);
    let take = move |files: Option<web_sys::FileList>| {
        let Some(files) = files else { return };
        for at in 0..files.length() {
            if let Some(file) = files.get(at) {
                leptos::task::spawn_local(async move { read(entry, file, many).await });
            }
        }
    };
    let dropped = move |event: web_sys::DragEvent| {
        event.prevent_default();
        over.set(false);
        take(event.data_transfer().and_then(|data| data.files()));
    };
    let changed = move |_| {
        if let Some(input) = input.get_untracked() {
            take(input.files());
            // The same file can then be chosen again after it was removed.
            input.set_value("");
        }
    };
    let kinds = (!accept.is_empty()).then(|| (words.accepts)(&accept.join(", ")));
    let hint = [kinds, Some((words.up_to)(&(t().shared.bytes)(entry.largest())))].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let chosen = move || entry.files.get().into_iter().enumerate().map(|(at, file)| chosen_file(entry, at, file)).collect::<Vec<_>>();
    let samples: Vec<_> = fitting(samples, &field.label)
        .into_iter()
        .map(|name| {
            let label = name.clone();
            let load = move |_| {
                let name = name.clone();
                leptos::task::spawn_local(async move { sample(entry, name, many).await });
            };
            view! { <button type="button" class="sl-btn sl-btn--sm" on:click=load>{label}</button> }
        })
        .collect();
    let some = !samples.is_empty();
    let error_id = format!("{}-problem", entry.id());
    view! {
        <label class="sl-drop" data-over=move || over.get().then_some("") on:dragover=move |event| { event.prevent_default(); over.set(true); } on:dragleave=move |_| over.set(false) on:drop=dropped>
            <input
                type="file"
                id=entry.id()
                node_ref=input
                multiple=many
                accept=accept.join(",")
                aria-label=field.label.clone()
                aria-describedby=error_id
                aria-invalid=move || entry.problem.with(Option::is_some).then_some("true")
                on:change=changed
            />
            <Glyph icon=Icon::Upload />
            <span><b>{words.choose_file}</b>" "{words.or_drop}</span>
            <small>{hint}</small>
        </label>
        {chosen}
        {some.then(|| view! {
            <div class="sl-row sl-row--wrap" role="group" aria-label=words.samples><span class="sl-xs sl-2">{words.samples}</span>{samples}</div>
        })}
    }
}

/// Samples named after the field, and those that are named after none.
fn fitting(samples: Vec<String>, label: &str) -> Vec<String> {
    let own = label.to_ascii_lowercase().replace(' ', "-");
    let named = |sample: &String| sample.starts_with(&own);
    if samples.iter().any(named) { samples.into_iter().filter(|sample| named(sample) || !sample.contains('-')).collect() } else { samples }
}

fn chosen_file(entry: Entry, at: usize, file: Chosen) -> Html {
    let remove = move |_| entry.files.update(|files| drop(files.remove(at)));
    let label = (t().start.remove_file)(&file.name);
    view! {
        <div class="sl-file">
            <Glyph icon=Icon::File />
            {cut(file.name)}
            <small>{(t().shared.bytes)(file.bytes.len() as u64)}</small>
            <button type="button" class="sl-btn sl-btn--quiet sl-btn--icon sl-btn--sm" aria-label=label on:click=remove>
                <Glyph icon=Icon::Close small=true />
            </button>
        </div>
    }
}

async fn read(entry: Entry, file: web_sys::File, many: bool) {
    let words = t().start;
    if file.size() > entry.largest() as f64 {
        entry.problem.set(Some((words.too_large)(&(t().shared.bytes)(entry.largest()))));
        return;
    }
    match JsFuture::from(file.array_buffer()).await {
        Ok(buffer) => put(entry, file.name(), file.type_(), js_sys::Uint8Array::new(&buffer).to_vec(), many),
        Err(_) => entry.problem.set(Some(words.unreadable.into())),
    }
}

async fn sample(entry: Entry, name: String, many: bool) {
    match net::load_sample(&name).await {
        Some(bytes) => put(entry, name, String::new(), bytes, many),
        None => entry.problem.set(Some((t().start.sample_failed)(&name))),
    }
}

fn put(entry: Entry, name: String, media_type: String, bytes: Vec<u8>, many: bool) {
    // Some systems know no type for .csv; the vendor decides by it.
    let media_type = match (media_type.is_empty(), name.rsplit('.').next().map(str::to_ascii_lowercase).as_deref()) {
        (false, _) => media_type,
        (true, Some("pdf")) => "application/pdf".into(),
        (true, Some("csv")) => "text/csv".into(),
        (true, Some("json")) => "application/json".into(),
        (true, Some("txt")) => "text/plain".into(),
        (true, _) => "application/octet-stream".into(),
    };
    entry.problem.set(None);
    entry.files.update(|files| {
        if !many {
            files.clear();
        }
        files.push(Chosen { name, media_type, bytes: Arc::new(bytes) });
    });
}
