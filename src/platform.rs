//! The only users of the browser's clock, page and storage, and of the channels between its tabs.

pub mod clock;
pub mod document;
mod effect;
pub mod encoding;
pub mod idb;
pub mod news;
pub mod notify;
pub mod page;
pub mod press;
pub mod save;
pub mod schema;
pub mod stopped;
pub mod storage;
pub mod tabs;
mod together;

pub use effect::Effect;
pub use together::together;

use runs::reading::skew::Skew;
use std::cell::{Cell, OnceCell};

/// What there is one of in a browser's tab. A `static`, because the browser calls in (events, the panic hook) without a handle on
/// anything, and `clock::now` is asked everywhere.
struct Browser {
    skew: Cell<Skew>,
    title: page::Title,
    presses: press::Presses,
    stop: stopped::Stop,
    /// See [`tabs::own`].
    tab: OnceCell<String>,
    /// See [`page::base`].
    base: OnceCell<&'static str>,
}

thread_local! {
    static BROWSER: Browser = Browser {
        skew: Cell::new(Skew::NONE),
        title: page::Title::default(),
        presses: press::Presses::default(),
        stop: stopped::Stop::default(),
        tab: OnceCell::new(),
        base: OnceCell::new(),
    };
}
