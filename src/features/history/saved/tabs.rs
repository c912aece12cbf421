use super::opened::{BUILT_IN, is_built_in, opened};
use crate::features::history::filters::filter_bar::statuses;
use crate::features::history::state::HistoryState;
use crate::platform::press::Press;
use crate::prelude::*;
use crate::state::globals;
use crate::strings::t;
use crate::ui::cut;
use console::views;
use console::views::SavedView;
use runs::StatusKind;
use runs::adapters::filter::Filter;
use runs::reading::address::HistoryAddress;
use wasm_bindgen::JsCast;

/// Saved views as tabs, after those that everybody has.
#[component]
pub fn SavedTabs(history: HistoryState) -> Html {
    let opened = opened(history);
    history.saved.follow_other_tabs();
    let tabs = move || {
        let (offered, _) = statuses(history);
        let built_in = BUILT_IN.into_iter().filter(|status| status.is_none_or(|status| offered.contains(&status)));
        let mut tabs: Vec<Html> = built_in.map(|status| built_in_tab(history, status)).collect();
        tabs.extend(history.saved.views().into_iter().map(|saved| saved_tab(history, saved, opened)));
        tabs
    };
    view! { <nav class="sl-tabs sl-views" aria-label=t().overview.views on:keydown=move_between_tabs>{tabs}</nav> }
}

fn built_in_tab(history: HistoryState, status: Option<StatusKind>) -> Html {
    let words = t().overview;
    let href = move || {
        history.list.first_page_href(|address| {
            address.filter = Filter::default();
            address.statuses = status.into_iter().collect();
        })
    };
    let current = move || {
        let own = history.saved.views().iter().any(|saved| saved.query == views::query_of(&history.kept_address()));
        (!own && history.address.with(|address| is_built_in(address, status))).then_some("true")
    };
    let count = move || {
        let (count, open) = waiting(history).filter(|_| status == Some(StatusKind::Waiting))?;
        let digits = (t().shared.count)(count);
        (count > 0).then(|| view! { " "<span class="sl-count sl-count--wait">{digits}{open.then_some("+")}</span> })
    };
    view! { <a href=href aria-current=current>{(words.built_in)(status)}{count}</a> }
}

fn saved_tab(history: HistoryState, saved_view: SavedView, opened: Memo<Option<String>>) -> Html {
    let SavedView { name, query } = saved_view;
    let href = crate::routes::Page::Runs(HistoryAddress::read(&query)).href();
    let is_opened = {
        let name = name.clone();
        Memo::new(move |_| opened.with(|opened| opened.as_deref() == Some(name.as_str())))
    };
    let changed = Memo::new(move |_| is_opened.get() && views::query_of(&history.kept_address()) != query);
    let save = {
        let name = name.clone();
        move |_| told(history.saved.save_over(&name, &history.kept_address()), (t().overview.view_saved)(&name))
    };
    view! {
        <a href=href aria-current=move || is_opened.get().then_some("true")>
            {cut(name)}
            {move || changed.get().then(|| view! { <span class="sl-dot" role="img" aria-label=t().overview.changed title=t().overview.changed></span> })}
        </a>
        {move || changed.get().then(|| {
            let save = save.clone();
            view! { <button type="button" class="sl-views__save" on:click=save>{t().overview.save}</button> }
        })}
    }
}

/// Says that it was done, or that this browser keeps nothing.
fn told(kept: bool, done: String) {
    let toasts = globals().toasts;
    if kept { toasts.say(done) } else { toasts.warn(t().overview.not_kept) }
}

/// How many runs of this list wait, as the queue counts them anyway, and whether there may be more; `None` until that is known.
pub fn waiting(history: HistoryState) -> Option<(u64, bool)> {
    if history.all.get() {
        let waiting = globals().waiting;
        let (_, open) = waiting.count()?;
        return Some((waiting.of.with(|of| of.iter().map(|of| of.runs().count() as u64 + of.more()).sum()), open));
    }
    let connection = history.connection.with(|connection| connection.as_ref().map(|connection| connection.id.clone()))?;
    let flow = history.flow.get();
    globals().waiting.of.with(|of| {
        let of = of.iter().find(|of| of.connection.id == connection && of.error.is_none())?;
        let mut lists = of.lists.iter().filter(|list| flow.is_none() || list.flow.is_none() || list.flow == flow);
        let here = of.runs().filter(|run| flow.as_ref().is_none_or(|flow| run.flow == *flow)).count() as u64;
        if lists.clone().any(|list| list.error.is_some()) {
            return None;
        }
        Some((here, (flow.is_none() && of.more_flows()) || lists.any(|list| list.part.open)))
    })
}

/// Left and Right move between the views.
fn move_between_tabs(press: Press) {
    let forward = match press.key() {
        "ArrowRight" => true,
        "ArrowLeft" => false,
        _ => return,
    };
    let tab = press.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let next = tab.and_then(|tab| if forward { tab.next_element_sibling() } else { tab.previous_element_sibling() });
    if let Some(next) = next.and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok()) {
        press.take();
        next.focus().ok();
    }
}
