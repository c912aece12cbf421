use crate::prelude::*;
use crate::strings::t;

/// Says of a page, a connection or a run that it is the sandbox's.
pub fn sandbox_mark(is: bool) -> Option<Html> {
    is.then(|| view! { <span class="sl-mark" title=t().shell.sandbox_hint>{t().shell.sandbox}</span> })
}
