//! What narrows the list down: pickers, menus, and the filter that runs in the browser where the vendor has none.

pub mod choices;
pub mod client_search;
pub mod connection_picker;
pub mod filter_bar;
pub mod filter_menus;
pub mod flow_picker;
pub mod pickers;
pub mod state;
