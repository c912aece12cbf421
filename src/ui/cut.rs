use crate::prelude::*;

/// A vendor's value in one line, shortened where it has no room: its title has the whole.
pub fn cut(text: impl Into<String>) -> Html {
    let text = text.into();
    view! { <bdi class="sl-cut" title=text.clone()>{text}</bdi> }
}
