//! The icons: one closed set, drawn in `public/icons.svg`, which Trunk puts into `index.html`; one component.
//!
//! Shapes carry meaning before colour does: a circle is a machine, a square is a person, an octagon was stopped by an error, a
//! diamond wants a second look.

use crate::prelude::*;

macro_rules! icons {
    ($($name:ident => $id:literal,)*) => {
        /// Every icon of the product, named for what it shows or means.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Icon { $($name,)* }

        impl Icon {
            /// Every icon, for the test that keeps enum and sprite in step.
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name,)*];

            /// The id of the symbol in `public/icons.svg`.
            #[cfg(test)]
            const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// The address of the symbol: whole literals, so that drawing an icon formats nothing.
            const fn href(self) -> &'static str {
                match self { $(Self::$name => concat!("#icon-", $id),)* }
            }
        }
    };
}

icons! {
    Queued => "s-queued",
    Running => "s-running",
    Waiting => "s-waiting",
    Resuming => "s-resuming",
    Completed => "s-completed",
    Edited => "s-edited",
    Approved => "s-approved",
    Rejected => "s-rejected",
    Failed => "s-failed",
    TimedOut => "s-timedout",
    Cancelling => "s-cancelling",
    Cancelled => "s-cancelled",
    Skipped => "s-skipped",
    Stale => "s-stale",
    Unknown => "s-unknown",
    Pending => "s-pending",
    Gate => "gate",
    Check => "check",
    Close => "x",
    Copy => "copy",
    Left => "left",
    Right => "right",
    Down => "down",
    Newest => "up",
    Clock => "clock",
    Mail => "mail",
    Webhook => "hook",
    Code => "api",
    Play => "play",
    Redo => "redo",
    Link => "link",
    External => "ext",
    File => "file",
    Upload => "upload",
    Download => "download",
    Theme => "theme",
    Warn => "warn",
    Info => "info",
    Lock => "lock",
    User => "user",
    Pencil => "pen",
    Trash => "trash",
    Refresh => "refresh",
    ZoomIn => "zin",
    ZoomOut => "zout",
    Keyboard => "keys",
    Search => "search",
    Bookmark => "bookmark",
    Columns => "cols",
}

/// An icon beside words that say the same, hence hidden from assistive technology, unless `label` makes it stand alone.
///
/// `small` is 14 px instead of 16; `flip` mirrors an icon that points along the line in right-to-left pages.
#[component]
pub fn Glyph(
    icon: Icon,
    #[prop(optional)] small: bool,
    #[prop(optional)] flip: bool,
    #[prop(optional, into)] label: Option<&'static str>,
) -> Html {
    let class = match (small, flip) {
        (false, false) => "sl-icon",
        (true, false) => "sl-icon sl-icon--sm",
        (false, true) => "sl-icon sl-icon--flip",
        (true, true) => "sl-icon sl-icon--sm sl-icon--flip",
    };
    view! {
        <svg
            class=class
            role=label.map(|_| "img")
            aria-label=label
            aria-hidden=label.is_none().then_some("true")
        >
            <use href=icon.href() />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::Icon;

    const SPRITE: &str = include_str!("../../public/icons.svg");

    #[test]
    fn every_icon_has_exactly_one_symbol_and_every_symbol_an_icon() {
        for icon in Icon::ALL {
            let symbol = format!("<symbol id=\"icon-{}\" ", icon.id());
            assert_eq!(SPRITE.matches(&symbol).count(), 1, "{icon:?}");
            assert_eq!(icon.href(), format!("#icon-{}", icon.id()));
        }
        assert_eq!(SPRITE.matches("<symbol ").count(), Icon::ALL.len());
    }
}
