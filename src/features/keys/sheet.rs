//! The sheet of shortcuts.

use super::beside::Beside;
use super::choice::{Choosing, chooser};
use super::{caps, keep, keymap};
use crate::prelude::*;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use console::keys::{Action, Chord, Group, Keymap};

/// The cheat sheet, which is also where other keys are chosen.
pub fn open() {
    Beside::open(sheet);
}

fn sheet(beside: Beside) -> Html {
    let words = t().keys;
    let choosing = Choosing::new();
    let close = move || beside.close();
    let of = |group: Group| Action::ALL.into_iter().filter(move |action| action.group() == group);
    let rows = move |group: Group| of(group).map(|action| row(choosing, action)).collect::<Vec<_>>();
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
        <dialog node_ref=beside.dialog class="sl-dialog sl-dialog--wide sl-keys" aria-labelledby="keys-title" on:close=move |_| beside.closed()>
            <div class="sl-keys__head">
                <h2 id="keys-title" class="sl-dialog__title" tabindex="-1" autofocus=true>{words.title}</h2>
                <button type="button" class="sl-btn sl-btn--quiet sl-btn--icon" aria-label=words.close title=words.close on:click=move |_| close()>
                    <Glyph icon=Icon::Close />
                </button>
            </div>
            <p class="sl-sm">{words.silent}</p>
            <p class="sl-keys__said sl-sm" role="status" data-wrong=move || choosing.wrong.get().then_some("")>{move || choosing.said.get()}</p>
            <div class="sl-keys__lists">
                <section aria-labelledby="keys-of-reviews"><h3 id="keys-of-reviews">{words.of_reviews}</h3><dl class="sl-keys__list">{rows(Group::Reviews)}</dl></section>
                <section class="sl-stack" aria-labelledby="keys-of-lists">
                    <div>
                        <h3 id="keys-of-lists">{words.of_lists}</h3>
                        <dl class="sl-keys__list">{rows(Group::Lists)}</dl>
                        <p class="sl-xs">{words.enter}</p>
                    </div>
                    <div><h3 id="keys-of-anywhere">{words.anywhere}</h3><dl class="sl-keys__list">{rows(Group::Everywhere)}</dl></div>
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
