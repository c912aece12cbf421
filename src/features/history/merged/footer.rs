use super::engine::{MergedList, place_of};
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use runs::reading::merge::PageState;

/// Says which connection leaves which filter to this page, how many runs were looked at, and goes on searching.
#[component]
pub fn MergedSearch(list: MergedList) -> Html {
    let words = t().filter;
    let lines = Memo::new(move |_| {
        let left = |said: super::state::SourceNotices| match said {
            said if said.untold.any() => Some((words.untold)(&said.connection.label, said.untold)),
            said if said.statuses_here || said.here.any() => Some((t().merged.here)(&said.connection.label, said.statuses_here, said.here)),
            _ => None,
        };
        list.notices.get().into_iter().filter_map(left).collect::<Vec<String>>()
    });
    let matching = Memo::new(move |_| {
        let footer = list.footer.get();
        (words.matching)(footer.to - footer.from, footer.looked)
    });
    // 0: to be searched, 1: being searched, 2: at its end, 3: an earlier page.
    let state = Memo::new(move |_| {
        let footer = list.footer.get();
        match () {
            () if footer.searching => 1u32,
            () if !footer.last => 3,
            () if footer.state == PageState::Ended || !footer.older => 2,
            () => 0,
        }
    });
    let control = move || match state.get() {
        0 => view! { <button type="button" class="sl-btn" on:click=move |_| list.search_on()>{words.further}</button> },
        1 => view! {
            <span>{words.looking}</span>
            <button type="button" class="sl-btn" on:click=move |_| list.stop()>{words.stop}</button>
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
                    <p role="status">{move || matching.get()}</p>
                    <div class="sl-row">{control}</div>
                </div>
            }
        })
    })
}

/// Newer and Older over the merged list: pages that were shown are kept as they were.
#[component]
pub fn MergedPager(list: MergedList) -> Html {
    let words = t().history;
    let range = Memo::new(move |_| {
        let footer = list.footer.get();
        match footer.state {
            _ if footer.to > footer.from => (words.range)(footer.from as u64 + 1, footer.to as u64, None),
            PageState::Reading => String::new(),
            _ => (words.on_page)(0),
        }
    });
    let pages = Memo::new(move |_| {
        let footer = list.footer.get();
        (footer.page, footer.older, footer.reading && !footer.searching)
    });
    let newer = move || match pages.get().0 {
        0 => view! {
            <button type="button" class="sl-btn" aria-disabled="true"><Glyph icon=Icon::Left flip=true />{words.newer}</button>
        },
        page => {
            let href = list.history.list.page_href(place_of(page - 1));
            view! { <a class="sl-btn" href=href rel="prev"><Glyph icon=Icon::Left flip=true />{words.newer}</a> }
        }
    };
    let older = move || match pages.get() {
        (page, true, _) => {
            let href = list.history.list.page_href(place_of(page + 1));
            view! { <a class="sl-btn" href=href rel="next">{words.older}<Glyph icon=Icon::Right flip=true /></a> }
        }
        _ => view! {
            <button type="button" class="sl-btn" aria-disabled="true">{words.older}<Glyph icon=Icon::Right flip=true /></button>
        },
    };
    view! {
        <nav class="sl-pager" aria-label=words.pager>
            <span>{move || range.get()}</span>
            {move || list.limits.get().into_iter().map(|limit| view! { <span class="sl-xs sl-2">{limit}</span> }).collect::<Vec<_>>()}
            <span class="sl-xs sl-2" role="status">{move || pages.get().2.then_some(t().merged.reading)}</span>
            <span class="sl-push sl-not-c"></span>
            <span class="sl-row">{newer}{older}</span>
        </nav>
    }
}
