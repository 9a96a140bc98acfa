//! Styles, script, fonts and icons, carried in the program.
pub async fn serve() -> &'static str { "" }
