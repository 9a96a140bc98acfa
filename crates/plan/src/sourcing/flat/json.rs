//! The text of a problem: one object of JSON on one line, in integers alone. Its shape is told in
//! `conformance/peers/README.md`.

use super::{FlatFarm, FlatModel, FlatSupply, FlatWant};

impl FlatModel {
    /// The problem as one line of JSON. `name`: a code, without signs that JSON would escape.
    pub fn json(&self, name: &str) -> String {
        let aims = list(&self.aims, |aim| format!("\"{}\"", aim.code()));
        let farms = list(&self.farms, farm);
        let supplies = list(&self.supplies, supply);
        let wants = list(&self.wants, want);
        format!(
            "{{\"name\":\"{name}\",\"aims\":{aims},\"tolerance\":{},\"farms\":{farms},\
             \"supplies\":{supplies},\"wants\":{wants}}}",
            self.tolerance
        )
    }
}

fn list<T>(all: &[T], one: impl Fn(&T) -> String) -> String {
    format!("[{}]", all.iter().map(one).collect::<Vec<String>>().join(","))
}

fn farm(farm: &FlatFarm) -> String {
    let FlatFarm { id, target, base, minimum_trip, is_coming, metres } = farm;
    format!(
        "{{\"id\":\"{id}\",\"target\":{target},\"base\":{base},\
         \"minimum_trip\":{minimum_trip},\"is_coming\":{is_coming},\"metres\":{metres}}}"
    )
}

fn supply(supply: &FlatSupply) -> String {
    let FlatSupply { id, farm, quantity } = supply;
    format!("{{\"id\":{id},\"farm\":{farm},\"quantity\":{quantity}}}")
}

fn want(want: &FlatWant) -> String {
    let FlatWant { id, quantity, step, farms_most, is_promised, cost, worth, supplies } = want;
    let supplies = list(supplies, usize::to_string);
    format!(
        "{{\"id\":\"{id}\",\"quantity\":{quantity},\"step\":{step},\
         \"farms_most\":{farms_most},\"promised\":{is_promised},\"cost\":{cost},\
         \"worth\":{worth},\"supplies\":{supplies}}}"
    )
}
