//! Notices about the whole form: problems, values of another type, an inferred schema, the last paste.

use super::editor;
use super::fields::name_of;
use super::state::FormState;
use crate::features::review::desk::Desk;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, Notice};
use runs::form::Draft;
use runs::model::status::Tone;

/// Problems and misfits listed in full.
const SHOWN: usize = 30;

/// Everything that stands in the way of approving, each with a way to its field: from the first try on.
pub fn summary(form: FormState) -> Html {
    let words = t().form;
    let found = Memo::new(move |_| {
        if !form.show_all.get() {
            return Vec::new();
        }
        let mut found: Vec<(String, String, String)> = form.draft.with(|draft| {
            let name = |path: &str| name_of(draft.form(), path);
            let told = form
                .vendor_messages
                .with(|told| told.iter().map(|(path, said)| (path.clone(), name(path), said.clone())).collect::<Vec<_>>());
            form.problems.with(|problems| {
                let blocking = problems.iter().filter(|problem| problem.blocks());
                let own = blocking.map(|problem| (problem.path.clone(), name(&problem.path), (words.problem)(problem)));
                own.chain(told).collect()
            })
        });
        found.dedup();
        found
    });
    // What is said about a field changes with each key; which fields are named does not.
    let named = Memo::new(move |_| {
        found.with(|found| (found.len(), found.iter().take(SHOWN).map(|(path, name, _)| (path.clone(), name.clone())).collect::<Vec<_>>()))
    });
    let line = move |(at, (path, name)): (usize, (String, String))| {
        let said = move || found.with(|found| found.get(at).map(|(.., said)| said.clone()));
        view! {
            <li>
                <button type="button" class="sl-link" data-act="go" data-at=path><bdi>{name}</bdi></button>
                ": "{said}
            </li>
        }
    };
    live(move || {
        let (count, named) = named.get();
        let more = (count > named.len()).then(|| view! { <li>{(words.more_problems)(count - named.len())}</li> });
        (count > 0).then(|| {
            let lines: Vec<Html> = named.into_iter().enumerate().map(line).collect();
            view! {
                <section class="sl-note" data-tone="fail">
                    <Glyph icon=Icon::Warn />
                    <div><p><strong>{(words.summary)(count)}</strong></p><ul class="sl-problems">{lines}{more}</ul></div>
                </section>
            }
        })
    })
}

/// Values of another type than the schema's that can only be meant in one way: all of them put right at once.
pub fn other_types(desk: Desk) -> Html {
    let words = t().form;
    let count = Memo::new(move |_| {
        let single = |draft: &Draft, path: &str| draft.asks(path) && draft.mends(path).len() == 1;
        desk.form
            .draft
            .with(|draft| desk.form.problems.with(|problems| problems.iter().filter(|problem| single(draft, &problem.path)).count()))
    });
    let mend = move |_| {
        let count = count.get_untracked();
        editor::apply(desk, Draft::mend_all);
        desk.globals.toasts.announce((words.all_mended)(count));
    };
    live(move || {
        let many = count.get();
        (many > 1).then(|| {
            let actions =
                view! { <button type="button" class="sl-btn sl-btn--sm" aria-disabled=move || desk.locked().then_some("true") on:click=mend>{(words.mend_all)(many)}</button> };
            view! { <Notice tone=Tone::Wait icon=Icon::Warn fact=(words.other_types)(many) next=words.other_types_next actions=actions /> }
        })
    })
}

/// The form was made without a schema.
pub fn inferred(desk: Desk) -> Html {
    let inferred = Memo::new(move |_| desk.read.with(Option::is_some) && desk.form.draft.with(|draft| draft.form().inferred));
    live(move || {
        let words = t().form;
        inferred.get().then(|| view! { <Notice tone=Tone::Idle icon=Icon::Info fact=words.inferred next=words.inferred_next /> })
    })
}

/// What came of the last paste.
pub fn pasted(form: FormState) -> Html {
    let words = t().form;
    live(move || {
        form.pasted.get().map(|pasted| {
            let unfit = |unfit: &runs::form::Unfit| {
                view! { <li><button type="button" class="sl-link" data-act="go" data-at=unfit.path.clone()>{(words.unfit)(unfit)}</button></li> }
            };
            let lines: Vec<Html> = pasted.unfit.iter().map(unfit).collect();
            let hidden = pasted.unfit_count - pasted.unfit.len();
            let more = (hidden > 0).then(|| view! { <li>{(words.more_problems)(hidden)}</li> });
            let whole = pasted.unfit_count == 0 && pasted.rows_left == 0 && pasted.columns_left == 0 && pasted.locked == 0;
            let (tone, icon) = if whole { (Tone::Idle, Icon::Info) } else { (Tone::Wait, Icon::Warn) };
            let rest: Vec<Html> = (words.pasted_rest)(&pasted).into_iter().map(|said| view! { " "{said} }).collect();
            view! {
                <section class="sl-note" data-tone=tone.word() role="status">
                    <Glyph icon=icon />
                    <div><p><strong>{(words.pasted)(&pasted)}</strong>{rest}</p><ul class="sl-problems">{lines}{more}</ul></div>
                    <span class="sl-row sl-row--wrap">
                        <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| form.pasted.set(None)>{words.close}</button>
                    </span>
                </section>
            }
        })
    })
}
