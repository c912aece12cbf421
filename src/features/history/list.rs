//! One connection's list of runs: its page, table, window of rows, pager, and the way back to it.

pub mod absent_runs;
pub mod cells;
pub mod columns_menu;
pub mod jump_field;
pub mod linked_run;
pub mod loaded_page;
pub mod page_trail;
pub mod pager;
pub mod request;
pub mod restore;
pub mod row;
pub mod select;
pub mod state;
pub mod table;
pub mod window;
