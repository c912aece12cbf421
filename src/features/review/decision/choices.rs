//! A group of radio buttons for the ways to solve a conflict.

use crate::prelude::*;
use crate::strings::t;

/// One way on: what it is and what it means. `off`: why it cannot be chosen.
pub struct Choice {
    pub key: &'static str,
    pub title: &'static str,
    pub means: String,
    pub off: Option<String>,
}

/// The ways on, one of them chosen; what is not possible stays in sight with its reason.
pub fn choices(chosen: RwSignal<&'static str>, all: Vec<Choice>) -> Html {
    let words = t().conflict;
    let one = |choice: Choice| {
        let Choice { key, title, means, off } = choice;
        let (name, about) = (format!("choice-{key}"), format!("choice-{key}-means"));
        let impossible = off.is_some();
        let means = off.map_or(means, |why| (words.not_possible)(&why));
        view! {
            <label class="sl-choice" data-off=impossible.then_some("")>
                <input
                    type="radio"
                    name="choice"
                    value=key
                    disabled=impossible
                    checked=(!impossible && chosen.get_untracked() == key).then_some(true)
                    aria-labelledby=name.clone()
                    aria-describedby=about.clone()
                    on:change=move |_| chosen.set(key)
                />
                <b id=name>{title}</b>
                <p id=about>{means}</p>
            </label>
        }
    };
    let all: Vec<Html> = all.into_iter().map(one).collect();
    view! { <fieldset class="sl-stack sl-stack--3 sl-choices"><legend>{words.what_now}</legend>{all}</fieldset> }
}
