use super::facts::other_rows;
use super::state::RunState;
use crate::features::preview::Preview;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use runs::model::{File, FileRole};

/// What went in, came out, or was exported.
#[component]
pub fn Files(state: RunState) -> Html {
    let words = t().run;
    // An answer that changes nothing here must not close what is open.
    let detail = state.part(|before, now| before.files == now.files);
    live(move || {
        let detail = detail.get()?;
        let files = &detail.files;
        if files.is_empty() {
            return Some(view! { <p class="sl-panel__body sl-panel__body--top sl-sm sl-2">{words.no_files}</p> });
        }
        let rows: Vec<_> = files.iter().map(|file| row(state, file)).collect();
        Some(view! {
            <table class="sl-grid sl-grid--stack">
                <thead>
                    <tr>
                        <th scope="col">{words.column_file}</th>
                        <th scope="col">{words.column_field}</th>
                        <th scope="col">{words.column_type}</th>
                        <th scope="col" class="sl-num">{words.column_size}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        })
    })
}

fn row(state: RunState, file: &File) -> Html {
    let words = t().run;
    let open = RwSignal::new(false);
    let role = match file.role {
        FileRole::Input => words.role_input,
        FileRole::Output => words.role_output,
        FileRole::Drive => words.role_drive,
    };
    let none = t().shared.none;
    let id = file.id.clone().map(|id| view! { <p class="sl-xs sl-2 sl-mono"><bdi>{id}</bdi></p> });
    let parts = (!file.parts.is_empty()).then(|| view! { <p class="sl-xs sl-2"><bdi>{file.parts.join(", ")}</bdi></p> });
    let other = (!file.other.is_empty()).then(|| view! { <dl class="sl-facts sl-facts--rows">{other_rows(&file.other)}</dl> });
    let shown = shown(state, file, open);
    view! {
        <tr>
            <td><span class="sl-row"><Glyph icon=Icon::File /><bdi class="sl-wrap">{file.name.clone()}</bdi></span>{id}{parts}{other}{button(state, file, open)}</td>
            <td data-l=words.column_field>{role}" · "<bdi>{file.field.clone()}</bdi></td>
            <td data-l=words.column_type><bdi>{file.media_type.clone().unwrap_or_else(|| none.into())}</bdi></td>
            <td class="sl-num" data-l=words.column_size>{file.bytes.map_or(none.to_owned(), t().shared.bytes)}</td>
        </tr>
        {shown}
    }
}

/// Shows or hides the file; where its bytes cannot be had, the reason.
fn button(state: RunState, file: &File, open: RwSignal<bool>) -> Html {
    let words = t().preview;
    if !state.connection().dialect.adapter().capabilities().files {
        return view! { <p class="sl-xs sl-2">{(words.none)(state.vendor())}</p> };
    }
    let why = match (file.role, &file.id) {
        (FileRole::Drive, _) => Some((words.in_drive)(state.vendor())),
        (_, None) => Some((words.no_id)(state.vendor())),
        _ => None,
    };
    if let Some(why) = why {
        return view! { <p class="sl-xs sl-2">{why}</p> };
    }
    let name = file.name.clone();
    let label = move || if open.get() { (words.hide)(&name) } else { (words.show)(&name) };
    let verb = move || if open.get() { words.hide_verb } else { words.show_verb };
    view! {
        <button type="button" class="sl-btn sl-btn--sm" aria-label=label aria-expanded=move || if open.get() { "true" } else { "false" } on:click=move |_| open.update(|open| *open = !*open)>
            {verb}
        </button>
    }
}

fn shown(state: RunState, file: &File, open: RwSignal<bool>) -> Html {
    let file = file.clone();
    live(move || {
        open.get().then(|| {
            let preview =
                view! { <Preview connection=state.connection().id run=state.run_id() dialect=state.dialect() file=file.clone() known=None marking=None /> };
            view! { <tr><td colspan="4" class="sl-preview__cell">{preview}</td></tr> }
        })
    })
}
