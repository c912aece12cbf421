//! Links the form's fields with the places of their values in a document, both ways.

use crate::features::preview::Marking;
use crate::features::review::desk::Desk;
use crate::features::review::form::fields::name_of;
use crate::features::review::form::{editor, events};
use crate::net::{self, Scope};
use crate::platform::clock;
use crate::prelude::*;
use console::places::Sought;
use runs::Json;
use runs::form::Draft;
use std::sync::Arc;
use web_sys::EventTarget;

/// After typing has paused so long, the new value is looked for.
const PAUSE: u32 = 250;

pub fn marking(draft: RwSignal<Draft>, vendor: &'static str) -> Marking {
    let name = move |path: String| draft.try_with_untracked(|draft| name_of(draft.form(), &path)).unwrap_or_default();
    Marking::new(Callback::new(name), vendor)
}

/// Tells the documents what the fields say, not at every keystroke.
pub fn follow(desk: Desk) {
    ask(desk);
    let turns = StoredValue::new(0u32);
    Effect::new(move |_| {
        desk.form.draft.track();
        let turn = turns.try_update_value(|turns| {
            *turns = turns.wrapping_add(1);
            *turns
        });
        leptos::task::spawn_local(async move {
            clock::sleep(PAUSE).await;
            if turns.try_get_value() == turn {
                tell(desk);
            }
        });
    });
}

/// Asks the vendor where the values stand, once a document of the review is open: a look at the form alone asks nothing.
fn ask(desk: Desk) {
    let asked = StoredValue::new(None::<String>);
    // Of the review, not of the document that is open: another one opened meanwhile ends no question.
    let scope = Scope::of_view();
    Effect::new(move |_| {
        let (true, Some(review)) = (desk.evidence.marking.file.with(Option::is_some), desk.read.get()) else { return };
        let digest = Some(review.pin.digest.clone());
        if asked.get_value() == digest {
            return;
        }
        asked.set_value(digest);
        let (connection, scope) = (desk.connection(), scope.clone());
        leptos::task::spawn_local(async move {
            let told = net::read(&connection.id, connection.dialect.run_adapter().sources(&review), &scope).await;
            // Where it says nothing, the text is searched.
            if !scope.ended()
                && let Ok(told) = told
            {
                desk.evidence.marking.told.try_set(Arc::new(told));
            }
        });
    });
}

/// What the fields say.
pub fn sought(desk: Desk) -> Vec<Sought> {
    let all = desk.form.draft.try_with_untracked(|draft| {
        let field = |path: &String| Sought {
            value: draft.get(path).cloned().unwrap_or(Json::Null),
            read: draft.is_changed(path).then(|| draft.original(path).cloned()).flatten(),
            path: path.clone(),
        };
        draft.form().leaves().iter().map(|node| field(&node.path)).collect()
    });
    all.unwrap_or_default()
}

fn tell(desk: Desk) {
    let all = sought(desk);
    if desk.evidence.marking.fields.try_with_untracked(|fields| **fields != all) == Some(true) {
        desk.evidence.marking.fields.set(Arc::new(all));
    }
}

/// The focus came to a field: its places are meant from now on.
pub fn focused(desk: Desk, target: Option<EventTarget>) {
    if let Some((_, path)) = events::carried(target, "data-path") {
        desk.evidence.marking.focus(path);
    }
}

/// A place was chosen in a document: its field takes the focus, on a narrow screen in the pane that has it.
pub fn go_where_wanted(desk: Desk, pane: RwSignal<&'static str>) {
    Effect::new(move |_| {
        let Some(path) = desk.evidence.marking.wanted.get() else { return };
        pane.set("form");
        // Once that pane is shown.
        request_animation_frame(move || editor::go_to(desk, &path));
    });
}
