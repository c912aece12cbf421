use super::desk::Desk;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, Notice};
use runs::status::Tone;

/// Problems and misfits listed in full.
const SHOWN: usize = 30;

/// Everything that stands in the way of approving, each with a way to its field: from the first try on.
pub fn summary(desk: Desk) -> Html {
    let words = t().form;
    let found = Memo::new(move |_| {
        if !desk.all.get() {
            return Vec::new();
        }
        let mut found: Vec<(String, String, String)> = desk.draft.with(|draft| {
            let name = |path: &str| super::bar::name_of(draft.form(), path);
            let told = desk.told.with(|told| told.iter().map(|(path, said)| (path.clone(), name(path), said.clone())).collect::<Vec<_>>());
            desk.problems.with(|problems| {
                let blocking = problems.iter().filter(|problem| problem.blocks());
                let own = blocking.map(|problem| (problem.path.clone(), name(&problem.path), (words.problem)(problem)));
                own.chain(told).collect()
            })
        });
        found.dedup();
        found
    });
    live(move || {
        found.with(|found| {
            (!found.is_empty()).then(|| {
                let line = |(path, name, said): &(String, String, String)| {
                    view! {
                        <li>
                            <button type="button" class="sl-link" data-act="go" data-at=path.clone()><bdi>{name.clone()}</bdi></button>
                            ": "{said.clone()}
                        </li>
                    }
                };
                let lines: Vec<Html> = found.iter().take(SHOWN).map(line).collect();
                let more = (found.len() > SHOWN).then(|| view! { <li>{(words.more_problems)(found.len() - SHOWN)}</li> });
                view! {
                    <section class="sl-note" data-tone="fail">
                        <Glyph icon=Icon::Warn />
                        <div><p><strong>{(words.summary)(found.len())}</strong></p><ul class="sl-problems">{lines}{more}</ul></div>
                    </section>
                }
            })
        })
    })
}

/// The form was made without a schema.
pub fn inferred(desk: Desk) -> Html {
    let inferred = Memo::new(move |_| desk.read.with(Option::is_some) && desk.draft.with(|draft| draft.form().inferred));
    live(move || {
        let words = t().form;
        inferred.get().then(|| view! { <Notice tone=Tone::Idle icon=Icon::Info fact=words.inferred next=words.inferred_next /> })
    })
}

/// What came of the last paste.
pub fn pasted(desk: Desk) -> Html {
    let words = t().form;
    live(move || {
        desk.edit.pasted.get().map(|pasted| {
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
                        <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| desk.edit.pasted.set(None)>{words.close}</button>
                    </span>
                </section>
            }
        })
    })
}
