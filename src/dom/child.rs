//! What can stand between an element's tags.

use super::{Html, fragment, region, text};
use leptos::prelude::{Get, Signal};

pub trait Child {
    fn view(self) -> Html;
}

impl Child for Html {
    fn view(self) -> Html {
        self
    }
}

impl Child for () {
    fn view(self) -> Html {
        fragment()
    }
}

impl Child for &'static str {
    fn view(self) -> Html {
        text(self)
    }
}

impl Child for String {
    fn view(self) -> Html {
        text(&self)
    }
}

macro_rules! numbers {
    ($($kind:ty)*) => { $(
        impl Child for $kind {
            fn view(self) -> Html {
                text(&self.to_string())
            }
        }
    )* };
}
numbers!(u32 u64 usize);

impl<T: Child> Child for Option<T> {
    fn view(self) -> Html {
        self.map_or_else(fragment, Child::view)
    }
}

impl<T: Child> Child for Vec<T> {
    fn view(self) -> Html {
        let all = fragment();
        for one in self {
            all.child(one.view());
        }
        all
    }
}

impl<F, T> Child for F
where
    F: Fn() -> T + 'static,
    T: Child,
{
    fn view(self) -> Html {
        region(Box::new(move || self().view()))
    }
}

impl Child for Signal<String> {
    fn view(self) -> Html {
        region(Box::new(move || text(&self.get())))
    }
}
