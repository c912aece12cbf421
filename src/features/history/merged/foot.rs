use super::engine::{All, place_of};
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use runs::reading::merge::Stand;

/// Says which connection leaves which filter to this page, how many runs were looked at, and goes on searching.
#[component]
pub fn Further(all: All) -> Html {
    let words = t().filter;
    let lines = Memo::new(move |_| {
        let left = |said: super::state::Said| match said {
            said if said.untold.any() => Some((words.untold)(&said.label, said.untold)),
            said if said.statuses_here || said.here.any() => Some((t().merged.here)(&said.label, said.statuses_here, said.here)),
            _ => None,
        };
        all.said.get().into_iter().filter_map(left).collect::<Vec<String>>()
    });
    let matching = move || {
        let foot = all.foot.get();
        (words.matching)(foot.to - foot.from, foot.looked)
    };
    // 0: to be searched, 1: being searched, 2: at its end, 3: an earlier page.
    let state = Memo::new(move |_| {
        let foot = all.foot.get();
        match () {
            () if foot.searching => 1u32,
            () if !foot.last => 3,
            () if foot.stand == Stand::Ended || !foot.older => 2,
            () => 0,
        }
    });
    let control = move || match state.get() {
        0 => view! { <button type="button" class="sl-btn" on:click=move |_| all.search_on()>{words.further}</button> },
        1 => view! {
            <span>{words.looking}</span>
            <button type="button" class="sl-btn" on:click=move |_| all.stop()>{words.stop}</button>
        },
        2 => view! { <span>{words.ended}</span> },
        _ => ().view(),
    };
    live(move || {
        let lines = lines.get();
        (!lines.is_empty()).then(|| {
            view! {
                <div class="sl-further" data-going=move || (state.get() == 1).then_some("")>
                    <ul>{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect::<Vec<_>>()}</ul>
                    <p role="status">{matching}</p>
                    <div class="sl-row">{control}</div>
                </div>
            }
        })
    })
}

/// Newer and Older over the merged list: pages that were shown are kept as they were.
#[component]
pub fn PagerOfAll(all: All) -> Html {
    let words = t().history;
    let range = move || {
        let foot = all.foot.get();
        match foot.stand {
            _ if foot.to > foot.from => (words.range)(foot.from as u64 + 1, foot.to as u64, None),
            Stand::Reading => String::new(),
            _ => (words.on_page)(0),
        }
    };
    let pages = Memo::new(move |_| {
        let foot = all.foot.get();
        (foot.page, foot.older, foot.reading && !foot.searching)
    });
    let newer = move || match pages.get().0 {
        0 => view! {
            <button type="button" class="sl-btn" aria-disabled="true"><Glyph icon=Icon::Left flip=true />{words.newer}</button>
        },
        page => {
            let href = all.view.href_of(place_of(page - 1));
            view! { <a class="sl-btn" href=href rel="prev"><Glyph icon=Icon::Left flip=true />{words.newer}</a> }
        }
    };
    let older = move || match pages.get() {
        (page, true, _) => {
            let href = all.view.href_of(place_of(page + 1));
            view! { <a class="sl-btn" href=href rel="next">{words.older}<Glyph icon=Icon::Right flip=true /></a> }
        }
        _ => view! {
            <button type="button" class="sl-btn" aria-disabled="true">{words.older}<Glyph icon=Icon::Right flip=true /></button>
        },
    };
    view! {
        <nav class="sl-pager" aria-label=words.pager>
            <span>{range}</span>
            {move || all.limits.get().into_iter().map(|limit| view! { <span class="sl-xs sl-2">{limit}</span> }).collect::<Vec<_>>()}
            <span class="sl-xs sl-2" role="status">{move || pages.get().2.then_some(t().merged.reading)}</span>
            <span class="sl-push sl-not-c"></span>
            <span class="sl-row">{newer}{older}</span>
        </nav>
    }
}
