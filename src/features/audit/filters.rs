use super::log::Log;
use crate::data::audit::Word;
use crate::platform::page;
use crate::prelude::*;
use crate::routes::AuditAddress;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Glyph, Icon, searchable};

/// What narrows the log down; all of it is in the address.
pub fn filters(log: Log) -> Html {
    let words = t().audit;
    let typed = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let clear = move || {
        let filtered = log.address.with(AuditAddress::filtered);
        filtered.then(|| view! { <a class="sl-btn sl-btn--quiet" href=Page::Audit(Default::default()).href()>{words.clear}</a> })
    };
    view! {
        <div class="sl-filters sl-audit__filters" role="search">
            <label class="sl-audit__f">
                <span>{words.connection}</span>
                <select class="sl-input sl-select" on:change=move |event| log.change_address(|address| {
                    address.connection = typed(event_target_value(&event));
                    address.flow = None;
                })>
                    {move || connections(log)}
                </select>
            </label>
            <label class="sl-audit__f">
                <span>{words.outcome}</span>
                <select class="sl-input sl-select" on:change=move |event| log.change_address(|address| address.outcome = Word::from_slug(&event_target_value(&event)))>
                    {move || outcomes(log)}
                </select>
            </label>
            <label class="sl-audit__f">
                <span>{words.who}</span>
                <input
                    class="sl-input"
                    prop:value=move || log.address.with(|address| address.who.clone()).unwrap_or_default()
                    on:change=move |event| {
                        let who = event_target_value(&event);
                        if searchable(&who) {
                            log.change_address(|address| address.who = typed(who));
                        }
                    }
                />
            </label>
            <label class="sl-audit__f">
                <span>{words.from}</span>
                <input
                    class="sl-input"
                    type="date"
                    prop:value=move || log.address.with(|address| address.from.clone()).unwrap_or_default()
                    on:change=move |event: web_sys::Event| if !page::is_unfinished(&event) { log.change_address(|address| address.from = typed(event_target_value(&event))) }
                />
            </label>
            <label class="sl-audit__f">
                <span>{words.to}</span>
                <input
                    class="sl-input"
                    type="date"
                    prop:value=move || log.address.with(|address| address.to.clone()).unwrap_or_default()
                    on:change=move |event: web_sys::Event| if !page::is_unfinished(&event) { log.change_address(|address| address.to = typed(event_target_value(&event))) }
                />
            </label>
            {move || narrowed(log)}
            {clear}
        </div>
    }
}

fn connections(log: Log) -> Vec<Html> {
    let chosen = log.address.with(|address| address.connection.clone());
    let mut options = vec![view! { <option value="" selected=chosen.is_none()>{t().audit.any}</option> }];
    let known = globals().session.connections();
    options.extend(known.iter().map(|one| {
        view! { <option translate="no" value=one.id.clone() selected=chosen.as_ref() == Some(&one.id)>{one.label.clone()}</option> }
    }));
    // A connection of earlier times, from a link.
    let former = chosen.filter(|chosen| known.iter().all(|one| one.id != *chosen));
    options.extend(former.map(|id| view! { <option translate="no" value=id.clone() selected=true>{id}</option> }));
    options
}

fn outcomes(log: Log) -> Vec<Html> {
    let words = t().audit;
    let chosen = log.address.with(|address| address.outcome);
    let any = view! { <option value="" selected=chosen.is_none()>{words.any}</option> };
    let option = |word: Word| view! { <option value=word.slug() selected=chosen == Some(word)>{(words.word)(word)}</option> };
    std::iter::once(any).chain(Word::ALL.into_iter().map(option)).collect()
}

/// What only a link narrows down to: one flow, run or review.
fn narrowed(log: Log) -> Vec<Html> {
    let words = t().audit;
    let address = log.address.get();
    let chip = |name: &'static str, value: Option<String>, clear: fn(&mut AuditAddress)| {
        value.map(|value| {
            let all = (words.show_all)(name);
            view! {
                <span class="sl-tag">
                    {name}" "<bdi class="sl-cut sl-audit__v" title=value.clone()>{value}</bdi>
                    <button type="button" class="sl-btn sl-btn--quiet sl-btn--icon sl-btn--sm" aria-label=all.clone() title=all on:click=move |_| log.change_address(clear)>
                        <Glyph icon=Icon::Close small=true />
                    </button>
                </span>
            }
        })
    };
    let chips = [
        chip(words.flow, address.flow, |address| address.flow = None),
        chip(words.run, address.run, |address| {
            address.run = None;
            address.review = None;
        }),
        chip(words.review, address.review, |address| address.review = None),
    ];
    chips.into_iter().flatten().collect()
}
