//! What lives as long as the page: connections, who decides, theme, messages, the clock.

mod deciding;
pub mod drafts;
mod identity;
mod other_tabs;
pub mod preferences;
pub mod presence;
mod selection;
mod theme;
mod tick;
mod toasts;

pub use crate::data::{Session, case_id};
pub use deciding::{Case, Deciding, Held, Phase, Sent, Taken};
pub use identity::{Identity, LONGEST_NAME};
pub use other_tabs::OtherTabs;
pub use selection::{MOST, Picked, Selection};
pub use theme::Theme;
pub use tick::Tick;
pub use toasts::{Toast, Toasts};

use crate::data::flows::FlowLists;
use crate::data::{Learned, Numbers, Waiting};
use crate::net::{Config, Scope};
use leptos::prelude::*;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Everything global: one of each on a page.
#[derive(Clone, Copy)]
pub struct Globals {
    pub session: Session,
    pub identity: Identity,
    pub theme: Theme,
    pub tick: Tick,
    pub toasts: Toasts,
    pub numbers: Numbers,
    pub learned: Learned,
    pub waiting: Waiting,
    pub deciding: Deciding,
    pub selection: Selection,
    pub flows: FlowLists,
}

impl Globals {
    /// `look_into_runs`: how the count of what waits reads the runs themselves.
    pub fn provide(config: Config, look_into_runs: fn(Scope)) -> Self {
        let session = Session::new(config);
        let (toasts, waiting) = (Toasts::new(), Waiting::new(session, look_into_runs));
        let globals = Self {
            session,
            identity: Identity::new(session.person().map(|person| person.name)),
            theme: Theme::new(),
            tick: Tick::new(),
            toasts,
            numbers: Numbers::new(session.ledger()),
            learned: Learned::new(),
            waiting,
            deciding: Deciding::new(waiting, toasts),
            selection: Selection::new(),
            flows: FlowLists::new(&session.connections()),
        };
        PAGE.with(|page| page.globals.set(Some(globals)));
        globals
    }
}

/// What lives as long as the page. Not a context: listeners and tasks run without an owner, and a context is only found below one.
struct PageState {
    globals: Cell<Option<Globals>>,
    /// One of each type, see [`page_wide`].
    others: RefCell<Vec<Rc<dyn Any>>>,
}

thread_local! {
    static PAGE: PageState = const { PageState { globals: Cell::new(None), others: RefCell::new(Vec::new()) } };
}

/// The page's one value of a type, made when it is first asked for. Unlike a field of [`Globals`] its code lies in the module that
/// asks: what only the second module needs is not in a first visit.
pub fn page_wide<T: Default + 'static>() -> Rc<T> {
    PAGE.with(|page| {
        let known = page.others.borrow().iter().find_map(|other| Rc::clone(other).downcast::<T>().ok());
        known.unwrap_or_else(|| {
            let made = Rc::new(T::default());
            page.others.borrow_mut().push(Rc::<T>::clone(&made));
            made
        })
    })
}

/// The globals, unless the connections could not be read yet.
pub fn globals_if_ready() -> Option<Globals> {
    PAGE.with(|page| page.globals.get())
}

/// The globals; the shell provides them before it draws any page.
pub fn globals() -> Globals {
    PAGE.with(|page| page.globals.get()).unwrap_or_else(expect_context)
}
