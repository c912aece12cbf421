use crate::features::history::filters::filter_menus::SEARCH;
use crate::features::history::list::jump_field::FIELD;
use crate::features::history::list::pager;
use crate::features::history::state::HistoryState;
use crate::features::keys;
use crate::platform::page;
use console::keys::Action;

/// Keyboard actions around the list. The table handles moves between rows; Enter follows the focused link.
pub fn answer(history: HistoryState) {
    keys::answer(move |action| match action {
        Action::Search => page::focus(SEARCH),
        Action::Jump => page::focus(FIELD),
        Action::Newer => pager::turn(history, false),
        Action::Older => pager::turn(history, true),
        _ => false,
    });
}
