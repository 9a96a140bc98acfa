//! Names of products as people spell them, and the product each means: `=` sure, `~` among the
//! candidates (the best first), `?` unknown.

use std::collections::BTreeMap;

use wire::list::matching::{Listed, Matched, Matcher, remembered_as};

/// Key and name.
const LIST: [(&str, &str); 30] = [
    ("car", "Carotte"),
    ("car-bio", "Carotte bio"),
    ("pdt-agata", "Pomme de terre Agata 50/75"),
    ("pdt-bintje", "Pomme de terre Bintje"),
    ("oeuf", "Œuf plein air"),
    ("oeuf-bio", "Œuf plein air bio"),
    ("batavia", "Salade batavia"),
    ("chene", "Salade feuille de chêne"),
    ("chou-r", "Chou rouge"),
    ("chou-f", "Chou-fleur"),
    ("poireau", "Poireau"),
    ("oignon-j", "Oignon jaune"),
    ("oignon-r", "Oignon rouge"),
    ("hv", "Haricot vert"),
    ("golden-70", "Pomme Golden 70/75"),
    ("golden-80", "Pomme Golden 80/85"),
    ("gala", "Pomme Gala HVE"),
    ("kiwi", "Kiwi Hayward"),
    ("tom-ronde", "Tomate ronde"),
    ("tom-cerise", "Tomate cerise"),
    ("butternut", "Courge butternut"),
    ("potimarron", "Potimarron bio"),
    ("courgette", "Courgette"),
    ("concombre", "Concombre"),
    ("celeri-r", "Céleri-rave"),
    ("celeri-b", "Céleri branche"),
    ("lentille", "Lentille verte IGP"),
    ("radis", "Radis rose"),
    ("noix", "Noix"),
    ("pelardon", "Pélardon AOP"),
];

const TEXTS: &str = "
carotte                          = car
Carottes                         = car
CAROTTES vrac 10 kg              = car
carottes bio 10kg                = car-bio
Carotte BIO                      = car-bio
carotte (AB)                     = car-bio
Bio - carotte                    = car-bio
carottes conv.                   = car
carote                           ~ car
carrotes bio                     ~ car-bio
Pdt Agata cal 50/75              = pdt-agata
pommes de terre agata            = pdt-agata
Agata pomme de terre, sac 25kg   = pdt-agata
pdt agata 35/50                  ~ pdt-agata
patates                          ~ pdt-agata
pommes de terre                  ~ pdt-agata
P.de terre Bintje                ~ pdt-bintje
oeufs plein air x180             = oeuf
Œufs plein air                   = oeuf
oeuf plein-air bio               = oeuf-bio
oeufs                            ~ oeuf
oeufs bio                        ~ oeuf-bio
salade batavia pce               = batavia
Batavia                          ~ batavia
batavias                         ~ batavia
sal. batavia x12                 = batavia
salade feuille de chene          = chene
feuille de chêne                 ~ chene
salade                           ~ batavia
chou rouge                       = chou-r
CHOUX ROUGES                     = chou-r
choux-fleurs                     = chou-f
chou fleur pièce                 = chou-f
chou                             ~ chou-f
poireaux                         = poireau
Poireaux botte                   = poireau
oignons jaunes filet 5 kg        = oignon-j
oignon                           ~ oignon-j
oignons rouges                   = oignon-r
haricots verts                   = hv
Haricot  vert                    = hv
H.V.                             ?
pommes golden 70/75              = golden-70
pomme golden cal. 80-85          = golden-80
pomme golden                     ~ golden-70
golden                           ~ golden-70
pommes gala hve                  = gala
pomme gala                       ~ gala
kiwis                            ~ kiwi
kiwi hayward cat I               = kiwi
tomates rondes 6kg               = tom-ronde
tomate cerises                   = tom-cerise
tomates                          ~ tom-cerise
courge butternut                 = butternut
buternut                         ~ butternut
potimaron bio                    ~ potimarron
potimarron                       ~ potimarron
courgettes                       = courgette
courgete                         ~ courgette
concombres pièce                 = concombre
celeri rave                      = celeri-r
Céleri rave lavé                 ~ celeri-r
céleri                           ~ celeri-b
lentilles vertes IGP             = lentille
lentilles vertes                 ~ lentille
radis roses botte                = radis
noix 5 kg                        = noix
pelardons aop                    = pelardon
crème fraîche                    ?
merci beaucoup                   ?
papier toilette                  ?
10 kg                            ?
";

fn list() -> Vec<Listed> {
    let listed = |(key, name): (&str, &str)| Listed {
        key: key.into(),
        name: name.into(),
        others: Vec::new(),
    };
    LIST.map(listed).to_vec()
}

fn told(matched: &Matched) -> String {
    match matched {
        Matched::Sure(key) => format!("= {key}"),
        Matched::Likely(candidates) => format!("~ {}", candidates[0].key),
        Matched::Unknown => "?".into(),
    }
}

#[test]
fn names_are_found_as_people_spell_them() {
    let (list, remembered) = (list(), BTreeMap::new());
    let matcher = Matcher::new(&list, &remembered);
    let mut count = 0;
    let mut wrong = String::new();
    for line in TEXTS.lines().filter(|line| !line.is_empty()) {
        let at = line.find(['=', '~', '?']).expect(line);
        let (text, meant) = (line[..at].trim(), line[at..].trim());
        let found = matcher.find(text, "");
        if told(&found) != meant {
            wrong.push_str(&format!("{text}: {found:?}, not {meant}\n"));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count >= 60, "{count} texts");
}

#[test]
fn a_choice_is_remembered_whatever_its_capitals() {
    let list = list();
    let chosen = |text: &str, key: &str| (remembered_as(text), key.to_string());
    let remembered = BTreeMap::from([
        chosen("Carottes des sables", "car-bio"),
        chosen("Navets", "gone"),
        chosen("Carottes", "car-bio"),
    ]);
    let matcher = Matcher::new(&list, &remembered);
    assert_eq!(matcher.find("CAROTTES  DES SABLES", ""), Matched::Sure("car-bio".into()));
    // It is stronger than the same words; a product no longer in the list is forgotten.
    assert_eq!(matcher.find("carottes", ""), Matched::Sure("car-bio".into()));
    assert_eq!(matcher.find("Navets", ""), Matched::Unknown);
}

#[test]
fn a_code_is_sure_unless_the_words_say_another_thing() {
    let (list, remembered) = (list(), BTreeMap::new());
    let matcher = Matcher::new(&list, &remembered);
    assert_eq!(matcher.find("", "CAR-BIO"), Matched::Sure("car-bio".into()));
    assert_eq!(matcher.find("carottes", "car"), Matched::Sure("car".into()));
    match matcher.find("poireaux", "car") {
        Matched::Likely(found) => {
            let keys: Vec<&str> = found.iter().map(|one| one.key.as_str()).collect();
            assert_eq!(keys, ["poireau", "car"]);
        }
        other => panic!("{other:?}"),
    }
}

/// Two products of the same words are never settled without a person.
#[test]
fn the_same_name_twice_is_not_sure() {
    let twice: Vec<Listed> = list()
        .into_iter()
        .chain([Listed { key: "car-2".into(), name: "CAROTTES".into(), others: Vec::new() }])
        .collect();
    let remembered = BTreeMap::new();
    let matcher = Matcher::new(&twice, &remembered);
    assert!(matches!(matcher.find("carotte", ""), Matched::Likely(found) if found.len() >= 2));
}
