use super::filters::state::FilterState;
use super::list::linked_run::LinkedRun;
use super::list::state::{ListState, capabilities};
use super::merged::requests::MergedRequests;
use super::saved::state::SavedState;
use crate::data::Connection;
use crate::data::flows::Flows;
use crate::platform::Effect;
use crate::router;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use leptos::prelude::*;
use runs::Dialect;
use runs::model::Place;
use runs::reading::address::HistoryAddress;

/// Of a page over all connections: every vendor gives that many at once.
const SIZES_OF_ALL: &[u32] = &[25, 50, 100];

/// The state of the history page: what its address names, and the states of its rooms.
#[derive(Clone, Copy)]
pub struct HistoryState {
    pub address: Memo<HistoryAddress>,
    /// Every connection's runs are shown, merged; `connection` is then none.
    pub all: Memo<bool>,
    pub connection: Memo<Option<Connection>>,
    /// The flow whose runs are listed; `None` with all flows, or none chosen yet.
    pub flow: Memo<Option<String>>,
    pub list: ListState,
    pub filters: FilterState,
    pub saved: SavedState,
    pub merged: MergedRequests,
    /// The run that the address names.
    pub linked_run: LinkedRun,
}

impl HistoryState {
    pub fn new() -> Self {
        let address = router::own(|entry| if let Page::Runs(address) = &entry.page { Some(address.clone()) } else { None });
        let all = Memo::new(move |_| address.with(HistoryAddress::of_all));
        let connection = Memo::new(move |_| address.with(|address| globals().session.connection(address.connection.as_deref()?)));
        let linked_run = LinkedRun::new(address);
        let history = Self {
            address,
            all,
            connection,
            flow: Memo::new(move |_| address.with(|address| address.flow.clone())),
            list: ListState::new(address, all, connection, linked_run.looking),
            filters: FilterState::new(address, connection),
            saved: SavedState::new(),
            merged: MergedRequests::new(),
            linked_run,
        };
        Effect::new(move |_| {
            // A connection that is not there shows no list, and so not another one.
            if history.all.get() || history.connection.with(Option::is_some) {
                globals().selection.enter(&history.connection_id());
            }
        });
        Effect::new(move |read: Option<Option<Connection>>| {
            // A list that answers says that a vendor which failed to name its flow does so again.
            history.list.live.read_at.track();
            let connection = history.connection.get();
            let failed = || untrack(|| history.flows().with(|flows| flows.error.is_some()) && history.unknown_flow().is_some());
            if let Some(of) = &connection
                && (read.as_ref() != Some(&connection) || failed())
            {
                globals().flows.read(of);
            }
            connection
        });
        linked_run.follow(history);
        history
    }

    pub fn vendor(self) -> String {
        self.dialect().map_or("", Dialect::vendor).into()
    }

    pub fn dialect(self) -> Option<Dialect> {
        self.connection.with(|connection| connection.as_ref().map(|connection| connection.dialect))
    }

    /// What is to be said of run numbers that are counted here.
    pub fn numbers_move(self) -> Option<&'static str> {
        let numbers = globals().numbers;
        numbers.track();
        let kept = || self.flow.with(|flow| flow.as_ref().is_some_and(|flow| numbers.keeps(&self.connection_id(), flow)));
        let counted = self.connection.with(|of| capabilities(of.as_ref()).is_some_and(|can| can.numbers_move()));
        (counted && !kept()).then_some(t().shared.numbers_move)
    }

    pub fn connection_id(self) -> String {
        self.connection.with(|connection| connection.as_ref().map(|connection| connection.id.clone())).unwrap_or_default()
    }

    pub fn size(self) -> u32 {
        self.address.with(|address| address.size_for(self.sizes()))
    }

    /// The sizes of a page that can be chosen.
    pub fn sizes(self) -> &'static [u32] {
        if self.all.get() {
            return SIZES_OF_ALL;
        }
        self.connection.with(|of| capabilities(of.as_ref()).map_or(&[][..], |can| can.page_sizes))
    }

    /// The flows of the connection, as far as they are read.
    pub fn flows(self) -> RwSignal<Flows> {
        globals().flows.of(&self.connection_id())
    }

    pub fn flow_label(self) -> String {
        match self.flow.get() {
            None if self.all.get() => t().all.connections.into(),
            None => t().history.all_flows.into(),
            Some(id) => {
                self.flows().with(|flows| flows.flows.iter().find(|flow| flow.id == id).map(|flow| flow.name.clone())).unwrap_or(id)
            }
        }
    }

    /// The flow of the address, if it is none of those that were read, and whether these are all that the vendor lists.
    pub fn unknown_flow(self) -> Option<(String, bool)> {
        let id = self.flow.get()?;
        self.flows().with(|flows| (!flows.flows.iter().any(|flow| flow.id == id)).then_some((id, flows.complete)))
    }

    pub fn name_of_flow(self, id: &str) -> String {
        self.flows().with(|flows| flows.flows.iter().find(|flow| flow.id == id).map(|flow| flow.name.clone())).unwrap_or_else(|| id.into())
    }

    pub fn title(self) -> String {
        let label = self.connection.with(|connection| connection.as_ref().map(|connection| connection.label.clone()));
        match label {
            Some(label) => format!("{}, {}, {label}", t().history.title, self.flow_label()),
            None if self.all.get() => format!("{}, {}", t().history.title, self.flow_label()),
            // The same as the page says in place of the list.
            None => self.address.with(|address| (t().shell.unknown_connection)(address.connection.as_deref().unwrap_or_default())),
        }
    }

    /// The address that a saved view of this page has: its connection is named, and no place in the list.
    pub fn kept_address(self) -> HistoryAddress {
        let mut address = self.address.get();
        if !address.of_all() {
            address.connection = self.connection.with(|connection| connection.as_ref().map(|connection| connection.id.clone()));
        }
        (address.place, address.run) = (Place::First, None);
        address
    }

    /// Shows the runs that came since the page was read, and focuses the first of them.
    pub fn show_new(self) {
        if self.all.get_untracked() {
            self.merged.show_new.update(|count| *count += 1);
        } else {
            self.list.show_new();
        }
    }

    /// Reads the page again.
    pub fn reload(self) {
        if self.all.get_untracked() {
            self.merged.reload.update(|count| *count += 1);
        } else {
            self.list.live.reload();
        }
    }
}
