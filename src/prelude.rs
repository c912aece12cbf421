//! What views need: Leptos' signals and components with the app's own renderer.

pub use crate::dom::{Child, Html, live};
pub use crate::platform::Effect;
pub use leptos::prelude::*;
pub use markup::view;
