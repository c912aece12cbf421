use super::facts::other_rows;
use super::view::View;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use runs::model::{File, FileRole};

/// What went in, came out, or was exported.
#[component]
pub fn Files(view: View) -> Html {
    let words = t().run;
    live(move || {
        let detail = view.detail()?;
        if detail.files.is_empty() {
            return Some(view! { <p class="sl-panel__body sl-panel__body--top sl-sm sl-2">{words.no_files}</p> });
        }
        let rows: Vec<_> = detail.files.iter().map(row).collect();
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

fn row(file: &File) -> Html {
    let words = t().run;
    let role = match file.role {
        FileRole::Input => words.role_input,
        FileRole::Output => words.role_output,
        FileRole::Drive => words.role_drive,
    };
    let none = t().shared.none;
    let id = file.id.clone().map(|id| view! { <p class="sl-xs sl-2 sl-mono">{id}</p> });
    let parts = (!file.parts.is_empty()).then(|| view! { <p class="sl-xs sl-2"><bdi>{file.parts.join(", ")}</bdi></p> });
    let other = (!file.other.is_empty()).then(|| view! { <dl class="sl-facts sl-facts--rows">{other_rows(&file.other)}</dl> });
    view! {
        <tr>
            <td><span class="sl-row"><Glyph icon=Icon::File /><bdi class="sl-wrap">{file.name.clone()}</bdi></span>{id}{parts}{other}</td>
            <td data-l=words.column_field>{role}" · "<bdi>{file.field.clone()}</bdi></td>
            <td data-l=words.column_type>{file.media_type.clone().unwrap_or_else(|| none.into())}</td>
            <td class="sl-num" data-l=words.column_size>{file.bytes.map_or(none.to_owned(), t().shared.bytes)}</td>
        </tr>
    }
}
