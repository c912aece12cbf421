//! Values of attributes, classes and properties: fixed, or read from signals.

use leptos::prelude::{Get, Memo, RwSignal, Signal};
use std::borrow::Cow;
use web_sys::Element;

pub enum Val {
    Text(Cow<'static, str>),
    Flag(bool),
    None,
    Live(Box<dyn Fn() -> Val>),
}

impl Val {
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub const fn is_on(&self) -> bool {
        !matches!(self, Self::None | Self::Flag(false))
    }
}

/// Sets or removes an attribute; a flag is an empty one. What stands there already is not set again, as the browser would style it anew;
/// on a new element nothing does.
pub(super) fn apply(element: &Element, name: &str, value: &Val, new: bool) {
    let text = match value {
        Val::Flag(true) => Some(""),
        other => other.text(),
    };
    let old = if new { None } else { element.get_attribute(name) };
    match text {
        text if text == old.as_deref() => {}
        Some(text) => drop(element.set_attribute(name, text)),
        None => drop(element.remove_attribute(name)),
    }
}

pub trait IntoVal {
    fn val(self) -> Val;
}

impl IntoVal for Val {
    fn val(self) -> Val {
        self
    }
}

impl IntoVal for &'static str {
    fn val(self) -> Val {
        Val::Text(self.into())
    }
}

impl IntoVal for String {
    fn val(self) -> Val {
        Val::Text(self.into())
    }
}

impl IntoVal for bool {
    fn val(self) -> Val {
        Val::Flag(self)
    }
}

impl IntoVal for u32 {
    fn val(self) -> Val {
        Val::Text(self.to_string().into())
    }
}

impl<T: IntoVal> IntoVal for Option<T> {
    fn val(self) -> Val {
        self.map_or(Val::None, IntoVal::val)
    }
}

impl<F, T> IntoVal for F
where
    F: Fn() -> T + 'static,
    T: IntoVal,
{
    fn val(self) -> Val {
        Val::Live(Box::new(move || self().val()))
    }
}

impl<T: IntoVal + Clone + Send + Sync + 'static> IntoVal for RwSignal<T> {
    fn val(self) -> Val {
        Val::Live(Box::new(move || self.get().val()))
    }
}

impl<T: IntoVal + Clone + Send + Sync + 'static> IntoVal for Signal<T> {
    fn val(self) -> Val {
        Val::Live(Box::new(move || self.get().val()))
    }
}

impl<T: IntoVal + Clone + Send + Sync + 'static> IntoVal for Memo<T> {
    fn val(self) -> Val {
        Val::Live(Box::new(move || self.get().val()))
    }
}
