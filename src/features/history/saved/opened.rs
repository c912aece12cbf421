use crate::features::history::memory::memory;
use crate::features::history::state::HistoryState;
use console::views;
use leptos::prelude::*;
use runs::StatusKind;
use runs::reading::address::HistoryAddress;

/// The views that everybody has: all runs of what is chosen, those that wait, those that failed.
pub const BUILT_IN: [Option<StatusKind>; 3] = [None, Some(StatusKind::Waiting), Some(StatusKind::Failed)];

/// The name of the saved view that is shown, or that what is shown began with.
pub fn opened(history: HistoryState) -> Memo<Option<String>> {
    Memo::new(move |_| {
        let address = history.kept_address();
        let query = views::query_of(&address);
        let saved = history.saved.views();
        let memory = memory();
        let before = memory.opened_view.borrow().clone();
        let same = saved.iter().filter(|saved| saved.query == query);
        // Two views can show the same: then it is the one that was opened.
        let shown = same.clone().find(|saved| Some(&saved.name) == before.as_ref()).or(same.clone().next());
        let now = match shown {
            Some(shown) => Some(shown.name.clone()),
            None => before.filter(|name| saved.iter().any(|saved| saved.name == *name && changes(&saved.query, &address))),
        };
        memory.opened_view.replace(now.clone());
        now
    })
}

/// Whether an address is another filter of the list that a saved view shows, and not a built-in view of it.
fn changes(query: &str, address: &HistoryAddress) -> bool {
    let saved = HistoryAddress::read(query);
    let list = |address: &HistoryAddress| (address.connection.clone(), address.flow.clone(), address.all_flows);
    list(&saved) == list(address) && !BUILT_IN.into_iter().any(|status| is_built_in(address, status))
}

pub fn is_built_in(address: &HistoryAddress, status: Option<StatusKind>) -> bool {
    address.filter.is_empty() && address.statuses.iter().copied().eq(status)
}
