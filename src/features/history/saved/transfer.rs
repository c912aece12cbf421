use super::menu::Menu;
use crate::platform::save;
use crate::prelude::*;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use console::views::{Imported, LARGEST_FILE, NoViews, export, import};
use leptos::html::Input;
use runs::reading::address::HistoryAddress;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// Entries of a file that are told one by one when they were left out.
const MOST_TOLD: usize = 5;

/// All views as a file, and a file's views as one's own.
pub fn transfer(menu: Menu) -> Html {
    let words = t().views;
    let input = NodeRef::<Input>::new();
    let notes = RwSignal::new(Vec::<String>::new());
    let chosen = move |_| {
        let Some(field) = input.get_untracked() else { return };
        if let Some(file) = field.files().and_then(|files| files.get(0)) {
            leptos::task::spawn_local(take(menu, file, notes));
        }
        // The same file can be chosen again.
        field.set_value("");
    };
    let write = move |_| {
        let file = export(&menu.history.saved.views());
        save::text("sluice-views.json", &file, "application/json");
    };
    view! {
        <div class="sl-menu__act">
            {move || (!menu.history.saved.views().is_empty()).then(|| view! {
                <button type="button" class="sl-btn sl-btn--sm" on:click=write><Glyph icon=Icon::Download small=true />{words.export}</button>
            })}
            <label class="sl-btn sl-btn--sm sl-filebtn">
                <input type="file" accept=".json,application/json" node_ref=input on:change=chosen />
                <Glyph icon=Icon::Upload small=true />
                {words.import}
            </label>
        </div>
        <ul class="sl-xs sl-2 sl-menu__notes" role="status">
            {move || notes.get().into_iter().map(|note| view! { <li>{note}</li> }).collect::<Vec<_>>()}
        </ul>
    }
}

async fn take(menu: Menu, file: web_sys::File, notes: RwSignal<Vec<String>>) {
    let words = t().views;
    let result = if file.size() > LARGEST_FILE as f64 {
        Err((words.no_views)(&NoViews::TooLarge))
    } else {
        match JsFuture::from(file.unchecked_ref::<web_sys::Blob>().array_buffer()).await {
            Ok(buffer) => {
                import(&menu.history.saved.views(), &js_sys::Uint8Array::new(&buffer).to_vec()).map_err(|why| (words.no_views)(&why))
            }
            Err(_) => Err(words.unreadable.into()),
        }
    };
    match result {
        Ok(imported) => {
            notes.set(told(menu, &imported));
            let said = (words.imported)(imported.added, imported.same);
            if imported.added > 0 {
                menu.change(&imported.views, said);
            } else {
                menu.say(said);
            }
        }
        Err(why) => {
            notes.set(Vec::new());
            menu.say(why);
        }
    }
}

/// What is worth knowing of an import beside how many were added.
fn told(menu: Menu, imported: &Imported) -> Vec<String> {
    let words = t().views;
    let mut notes: Vec<String> = imported.renamed.iter().map(|(from, to)| (words.was_renamed)(from, to)).collect();
    notes.extend(imported.refused.iter().take(MOST_TOLD).map(|(at, name, why)| (words.refused)(*at, name.as_deref(), *why)));
    if let Some(more) = imported.refused.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
        notes.push((words.more_refused)(more));
    }
    let before = menu.history.saved.views().len();
    let known = |query: &str| HistoryAddress::read(query).connection.is_some_and(|id| globals().session.connection(&id).is_some());
    let strangers = imported.views.iter().skip(before).filter(|history| !known(&history.query)).count();
    if strangers > 0 {
        notes.push((words.strangers)(strangers));
    }
    notes
}
