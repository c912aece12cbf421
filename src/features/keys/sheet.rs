use super::choice::{Choosing, chooser};
use super::{caps, keep, keymap};
use crate::platform::page;
use crate::prelude::*;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use leptos::html::Dialog;
use runs::keys::{Action, Chord, Keymap};

/// The cheat sheet, which is also where other keys are chosen. It stands beside the page, whichever that is.
pub fn open() {
    let Some(app) = page::document().and_then(|document| document.query_selector(".sl-app").ok().flatten()) else { return };
    let owner = Owner::new();
    let sheet = owner.with(|| {
        let dialog = NodeRef::<Dialog>::new();
        Effect::new(move |_| {
            if let Some(dialog) = dialog.get() {
                dialog.show_modal().ok();
            }
        });
        sheet(dialog)
    });
    app.append_child(&sheet.0).ok();
    // Its signals live as long as it does; once closed it takes itself away.
    KeptOpen::hold(owner);
}

/// At most one sheet is open, and its owner is held for it.
struct KeptOpen;

thread_local!(static OPEN: std::cell::RefCell<Option<Owner>> = const { std::cell::RefCell::new(None) });

impl KeptOpen {
    fn hold(owner: Owner) {
        OPEN.set(Some(owner));
    }

    fn end() {
        // After the event that closed it: its own listeners are among what goes.
        leptos::task::spawn_local(async {
            if let Some(owner) = OPEN.take() {
                owner.cleanup();
            }
        });
    }
}

fn sheet(dialog: NodeRef<Dialog>) -> Html {
    let words = t().keys;
    let choosing = Choosing::new();
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let closed = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.remove();
        }
        KeptOpen::end();
    };
    let of = |reviews: bool| Action::ALL.into_iter().filter(move |action| action.of_reviews() == reviews);
    let rows = move |reviews: bool| of(reviews).map(|action| row(choosing, action)).collect::<Vec<_>>();
    let characters = move || keymap().with(|map| map.characters);
    let switch = move |_| {
        let mut map = keymap().get_untracked();
        map.characters = !map.characters;
        keep(map);
    };
    let waiting = globals().waiting;
    let reset = move |_| {
        let characters = keymap().with_untracked(|map| map.characters);
        let mut map = Keymap::default();
        map.characters = characters;
        keep(map);
        choosing.stop(words.was_reset.to_owned(), false);
    };
    view! {
        <dialog node_ref=dialog class="sl-dialog sl-dialog--wide sl-keys" aria-labelledby="keys-title" on:close=closed>
            <div class="sl-keys__head">
                <h2 id="keys-title" class="sl-dialog__title" tabindex="-1" autofocus=true>{words.title}</h2>
                <button type="button" class="sl-btn sl-btn--quiet sl-btn--icon" aria-label=words.close title=words.close on:click=move |_| close()>
                    <Glyph icon=Icon::Close />
                </button>
            </div>
            <p class="sl-sm">{words.silent}</p>
            <p class="sl-keys__said sl-sm" role="status" data-wrong=move || choosing.wrong.get().then_some("")>{move || choosing.said.get()}</p>
            <div class="sl-keys__lists">
                <section aria-labelledby="keys-reviews"><h3 id="keys-reviews">{words.of_reviews}</h3><dl class="sl-keys__list">{rows(true)}</dl></section>
                <section class="sl-stack" aria-labelledby="keys-anywhere">
                    <div><h3 id="keys-anywhere">{words.anywhere}</h3><dl class="sl-keys__list">{rows(false)}</dl></div>
                    <div class="sl-stack sl-stack--2">
                        <label class="sl-check"><input type="checkbox" prop:checked=characters on:change=switch aria-describedby="keys-characters" />{words.characters}</label>
                        <p id="keys-characters" class="sl-xs">{words.characters_help}</p>
                        <label class="sl-check">
                            <input
                                type="checkbox"
                                prop:checked=move || waiting.in_title.get()
                                on:change=move |_| waiting.show_in_title(!waiting.in_title.get_untracked())
                            />
                            {words.in_title}
                        </label>
                    </div>
                </section>
            </div>
            <div class="sl-dialog__act">
                <span class="sl-xs sl-2">{words.kept}</span>
                <span class="sl-push"></span>
                <button type="button" class="sl-btn" on:click=reset>{words.reset}</button>
                <button type="button" class="sl-btn sl-btn--primary" on:click=move |_| close()>{words.close}</button>
            </div>
        </dialog>
    }
}

fn row(choosing: Choosing, action: Action) -> Html {
    let words = t().keys;
    let keys = move || match keymap().with(|map| map.chord(action).cloned()) {
        Some(chord) => keycaps(&chord),
        None => view! { <span class="sl-2">{words.none}</span> },
    };
    view! {
        <div class="sl-keys__row" data-action=action.id()>
            <dt>{(words.action)(action)}</dt>
            <dd>{keys}{chooser(choosing, action)}</dd>
        </div>
    }
}

fn keycaps(chord: &Chord) -> Html {
    let mut all: Vec<Html> = Vec::new();
    for (at, stroke) in caps(chord).into_iter().enumerate() {
        if at > 0 {
            all.push(view! { <span class="sl-xs sl-2">{t().keys.then}</span> });
        }
        all.extend(stroke.into_iter().map(|cap| view! { <kbd class="sl-kbd">{cap}</kbd> }));
    }
    view! { <span class="sl-keys__caps">{all}</span> }
}
