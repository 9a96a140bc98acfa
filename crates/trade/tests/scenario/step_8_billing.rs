//! Step 8: buyers are billed what was delivered, farms are paid what was accepted.

use crate::script::check;

/// The line of the style guide: 60 kg ordered, 57,6 kg delivered, two farms.
const CARROTS: &str = "
    offer garrigues carrot tue 40 at 1,20
    offer vidourle  carrot tue 50 at 1,20
    publish
    order moulin tue: carrot 60
    close tue
    plan tue: 1.1 garrigues 40, 1.1 vidourle 20
    receive p1 39,6 lot=A
    receive p2 20 reject=2 for=quality lot=B
    sort tue
    deliver moulin tue
";

#[test]
fn an_invoice_bills_what_was_delivered_once() {
    check(&format!(
        "invoice moulin -> refused: nothing to invoice, buyer moulin
         {CARROTS}
         invoice moulin -> F2026-000001
         invoice moulin -> refused: nothing to invoice, buyer moulin
         invoice nobody -> refused: unknown buyer, buyer nobody
         show document 1
         | bills     | quantity | price | net   | vat  |
         | n1 1.1    | 57,6     | 1,60  | 92,16 | 5,5% |
         | VAT group | -        | 5,5%  | 92,16 | 5,07 |"
    ));
}

#[test]
fn vat_is_taken_once_per_rate_on_the_sum_of_its_lines() {
    check(
        "rule cost 0% from=2026-03-01
         product thyme bunch pack=1
         product mint  bunch pack=1
         offer garrigues thyme tue 10 at 0,09
         offer garrigues mint  tue 10 at 0,09
         offer garrigues cider tue 12 at 1,50
         publish
         order moulin tue: thyme 1, mint 1, cider 6
         close tue
         plan tue
         finish tue
         invoice moulin
         # line by line the VAT of 0,09 is nothing; on 0,18 it is one cent
         show document 1
         | bills     | quantity | price | net  | vat  |
         | n1 1.1    | 1        | 0,09  | 0,09 | 5,5% |
         | n1 1.2    | 1        | 0,09  | 0,09 | 5,5% |
         | n1 1.3    | 6        | 1,50  | 9,00 | 20%  |
         | VAT group | -        | 5,5%  | 0,18 | 0,01 |
         | VAT group | -        | 20%   | 9,00 | 1,80 |",
    );
}

#[test]
fn a_farm_is_paid_what_was_accepted_by_the_paper_of_its_regime() {
    check(
        "offer vidourle carrot tue 40 at 1,20
         offer aubrac    leek   tue 40 at 1,20
         offer salagou   egg    tue 60 at 0,30
         publish
         order moulin tue: carrot 40, leek 40, egg 60
         close tue
         plan tue
         finish tue
         bill vidourle -> AF-vidourle-2026-000001
         bill aubrac -> BA2026-000001
         bill salagou -> RL2026-000001
         bill salagou -> refused: nothing to pay, producer salagou
         bill garrigues -> refused: nothing to pay, producer garrigues
         # 30 days after the first delivery; a flat-rate farmer charges no VAT
         show documents
         | kind          | number                  | party    | for | net   | total | due        |
         | self_bill     | AF-vidourle-2026-000001 | vidourle | -   | 48,00 | 50,64 | 2026-12-24 |
         | purchase_slip | BA2026-000001           | aubrac   | -   | 48,00 | 48,00 | 2026-12-24 |
         | statement     | RL2026-000001           | salagou  | -   | 18,00 | 18,99 | 2026-12-24 |",
    );
}

#[test]
fn a_self_bill_needs_a_mandate_on_its_day() {
    check(
        "producer vidourle liable mandate=2026-11-28
         offer vidourle carrot tue 40 at 1,20
         offer vidourle carrot thu 40 at 1,20
         publish
         order moulin tue: carrot 40
         order moulin thu: carrot 40
         close tue
         plan tue
         finish tue
         bill vidourle on=fri -> RL2026-000001
         close thu
         plan thu
         finish thu
         bill vidourle on=2026-11-28 -> AF-vidourle-2026-000001
         bill vidourle on=2026-11-28 -> refused: nothing to pay, producer vidourle",
    );
}

#[test]
fn a_farm_is_billed_when_nothing_can_go_back_to_it_any_more() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         publish
         order moulin tue: carrot 40
         close tue
         plan tue
         receive p1 30
         bill garrigues -> refused: day not finished, day tue
         sort tue
         bill garrigues -> refused: day not finished, day tue
         deliver moulin tue: 1.1 refuse=10 because=wilted
         bill garrigues -> refused: day not finished, day tue
         resolve n1/s1 10 returned because=wilted
         bill garrigues -> AF-garrigues-2026-000001
         # and what is billed is not received again
         receive p1 10 -> refused: already received, line 1
         show document 1
         | bills     | quantity | price | net   | vat  |
         | p1        | 20       | 1,20  | 24,00 | 5,5% |
         | VAT group | -        | 5,5%  | 24,00 | 1,32 |",
    );
}

#[test]
fn a_farm_is_paid_once_and_an_invoice_is_no_farm_bill() {
    check(&format!(
        "{CARROTS}
         invoice moulin
         bill garrigues
         pay 1 -> refused: unknown document, document 1
         pay 3 -> refused: unknown document, document 3
         show parties
         | party     | owes the hub | is owed |
         | moulin    | 97,23        | -       |
         | garrigues | -            | 50,13   |
         pay 2 -> 50,13
         pay 2 -> refused: already paid, document 2
         show parties
         | party  | owes the hub | is owed |
         | moulin | 97,23        | -       |"
    ));
}

#[test]
fn the_ledger_balances_and_every_cent_is_explained() {
    check(&format!(
        "{CARROTS}
         invoice moulin
         bill garrigues
         bill vidourle
         shrinkage -> nothing
         pay 2
         pay 3
         show ledger
         | account        | balance |
         | buyers         | 97,23   |
         | vat collected  | -5,07   |
         | vat deductible | 3,80    |
         | bank           | -72,92  |
         | purchases      | 69,12   |
         | sales          | -92,16  |
         | sum            | 0,00    |
         show money
         | invoices       | 92,16 |
         | credited       | 0,00  |
         | farm bills     | 69,12 |
         | margin         | 23,04 |
         | donated        | 0,00  |
         | shrinkage      | 0,00  |
         | rounding       | 0,00  |
         | vat collected  | 5,07  |
         | vat deductible | 3,80  |
         | paid           | 72,92 |
         close thu
         show check
         | breaches | 0   |
         | finished | yes |"
    ));
}

#[test]
fn what_no_buyer_paid_leaves_purchases_as_shrinkage_and_donations() {
    check(
        "offer garrigues carrot tue 100 at 1,20
         publish
         order moulin tue: carrot 100
         close tue
         plan tue
         receive p1 100
         sort tue
         deliver moulin tue: 1.1 refuse=30 miss=5 because=wilted
         resolve n1/s1 10 donated to=secours because=wilted
         resolve n1/s1 8 wasted because=wilted
         resolve n1/s1 12 returned because=wilted
         invoice moulin
         bill garrigues
         shrinkage -> booked
         # booked once
         shrinkage -> nothing
         show ledger
         | account        | balance |
         | buyers         | 109,72  |
         | producers      | -111,41 |
         | vat collected  | -5,72   |
         | vat deductible | 5,81    |
         | purchases      | 78,00   |
         | shrinkage      | 15,60   |
         | donations      | 12,00   |
         | sales          | -104,00 |
         | sum            | 0,00    |
         show money
         | invoices       | 104,00 |
         | credited       | 0,00   |
         | farm bills     | 105,60 |
         | margin         | 26,00  |
         | donated        | 12,00  |
         | shrinkage      | 15,60  |
         | rounding       | 0,00   |
         | vat collected  | 5,72   |
         | vat deductible | 5,81   |
         | paid           | 0,00   |",
    );
}

#[test]
fn what_is_still_open_is_told_until_only_payouts_remain() {
    check(
        "show check
         | breaches | 0             |
         | open     | not published |
         | finished | no            |
         holiday thu
         offer garrigues carrot tue 40 at 1,20
         publish
         order moulin tue: carrot 40
         show check
         | breaches | 0                 |
         | open     | day open, day tue |
         | finished | no                |
         close tue
         show check
         | breaches | 0                             |
         | open     | not sourced, day tue, lines 1 |
         | finished | no                            |
         plan tue
         show check
         | breaches | 0                              |
         | open     | not received, day tue, lines 1 |
         | finished | no                             |
         receive p1 40
         show check
         | breaches | 0                           |
         | open     | on dock, day tue, batches 1 |
         | open     | farms not billed, lines 1   |
         | finished | no                          |
         sort tue
         deliver moulin tue: 1.1 refuse=2 because=wilted
         show check
         | breaches | 0                                     |
         | open     | refusals unresolved, day tue, lines 1 |
         | open     | not invoiced, lines 1                 |
         | open     | farms not billed, lines 1             |
         | finished | no                                    |
         resolve n1/s1 2 wasted because=wilted
         invoice moulin
         bill garrigues
         shrinkage
         show check
         | breaches | 0                           |
         | open     | farms not paid, documents 1 |
         | finished | yes                         |
         pay 2
         show check
         | breaches | 0   |
         | finished | yes |",
    );
}

/// T-46: what Chorus Pro would send back is told before anything is posted, field by field.
#[test]
fn nothing_is_posted_that_the_treasury_would_send_back() {
    check(
        "buyer college school wants=commitment siret=73282932000074
         offer garrigues carrot tue 100 at 1,20
         publish
         order college tue: carrot 10 commitment=ENG-1
         order moulin tue: carrot 10
         buyer college school wants=both siret=73282932000075
         close tue
         plan tue
         finish tue
         invoice college -> refused: service missing, buyer college
         buyer college school wants=both siret=73282932000075 service=CUISINE
         invoice college -> refused: siret wrong, buyer college
         buyer college school wants=both service=CUISINE
         invoice college -> refused: siret missing, buyer college
         # a new number is for the next orders: what was ordered stays filed under its own
         buyer college school wants=both siret=73282932000074 service=CUISINE commitment=ENG-2
         invoice college -> F2026-000001
         show documents
         | kind    | number       | party   | for   | net   | total | due        |
         | invoice | F2026-000001 | college | ENG-1 | 16,00 | 16,88 | 2026-12-27 |",
    );
}

/// An order that was placed without a number takes the one that is there when it is invoiced.
#[test]
fn a_number_that_came_late_lets_the_invoice_go() {
    check(
        "buyer college school
         offer garrigues carrot tue 100 at 1,20
         publish
         order college tue: carrot 10
         close tue
         plan tue
         finish tue
         buyer college school wants=commitment siret=73282932000074
         invoice college -> refused: commitment missing, buyer college
         buyer college school wants=commitment siret=73282932000074 commitment=ENG-7
         invoice college -> F2026-000001
         show documents
         | kind    | number       | party   | for   | net   | total | due        |
         | invoice | F2026-000001 | college | ENG-7 | 16,00 | 16,88 | 2026-12-27 |",
    );
}

/// A claim is accepted: the hub takes back a part of the invoice, at its price and its rate, and
/// the farm keeps what it was paid.
#[test]
fn a_credit_note_takes_back_a_part_of_an_invoice() {
    check(&format!(
        "{CARROTS}
         credit n1 1.1 5 -> refused: not invoiced yet, line 1.1
         invoice moulin
         credit n1 1.1 0 -> refused: quantity not positive, quantity 0
         credit n1 1.2 5 -> refused: not invoiced yet, line 1.2
         credit n1 1.1 57,601 -> refused: credit above invoiced, asked 57,601, invoiced 57,6, \
            credited 0
         credit n1 1.1 5 on=2026-12-01 -> A2026-000001
         show document 2
         | bills     | quantity | price | net  | vat  |
         | n1 1.1    | 5        | 1,60  | 8,00 | 5,5% |
         | VAT group | -        | 5,5%  | 8,00 | 0,44 |
         pay 2 -> refused: unknown document, document 2
         credit n1 1.1 53 -> refused: credit above invoiced, asked 53, invoiced 57,6, credited 5
         bill garrigues
         bill vidourle
         close thu
         show parties
         | party     | owes the hub | is owed |
         | moulin    | 88,79        | -       |
         | garrigues | -            | 50,13   |
         | vidourle  | -            | 22,79   |
         show ledger
         | account        | balance |
         | buyers         | 88,79   |
         | producers      | -72,92  |
         | vat collected  | -4,63   |
         | vat deductible | 3,80    |
         | purchases      | 69,12   |
         | sales          | -84,16  |
         | sum            | 0,00    |
         show money
         | invoices       | 92,16 |
         | credited       | 8,00  |
         | farm bills     | 69,12 |
         | margin         | 23,04 |
         | donated        | 0,00  |
         | shrinkage      | 0,00  |
         | rounding       | 0,00  |
         | vat collected  | 4,63  |
         | vat deductible | 3,80  |
         | paid           | 0,00  |
         show check
         | breaches | 0                           |
         | open     | farms not paid, documents 2 |
         | finished | yes                         |"
    ));
}

/// Seven claims for one line: the half cents of the small ones do not add up in the last one, which
/// stays what its kilos cost.
#[test]
fn many_small_parts_leave_no_cents_to_the_last() {
    check(&format!(
        "{CARROTS}
         invoice moulin
         bill garrigues
         bill vidourle
         close thu
         credit n1 1.1 0,103
         credit n1 1.1 0,103
         credit n1 1.1 0,103
         credit n1 1.1 0,103
         credit n1 1.1 0,103
         credit n1 1.1 0,103
         show document 4
         | bills     | quantity | price | net  | vat  |
         | n1 1.1    | 0,103    | 1,60  | 0,16 | 5,5% |
         | VAT group | -        | 5,5%  | 0,16 | 0,01 |
         show document 5
         | bills     | quantity | price | net  | vat  |
         | n1 1.1    | 0,103    | 1,60  | 0,17 | 5,5% |
         | VAT group | -        | 5,5%  | 0,17 | 0,01 |
         credit n1 1.1 56,982
         show document 10
         | bills     | quantity | price | net   | vat  |
         | n1 1.1    | 56,982   | 1,60  | 91,17 | 5,5% |
         | VAT group | -        | 5,5%  | 91,17 | 5,01 |
         show check
         | breaches | 0                           |
         | open     | farms not paid, documents 2 |
         | finished | yes                         |"
    ));
}

/// Part by part, the whole invoice and not a cent more: the last part takes what rounding left.
#[test]
fn parts_are_never_more_than_the_whole() {
    check(
        "rule cost 0% from=2026-03-01
         product thyme bunch pack=1
         offer garrigues thyme tue 10 at 0,333
         publish
         order moulin tue: thyme 2
         close tue
         plan tue
         finish tue
         invoice moulin
         show document 1
         | bills     | quantity | price | net  | vat  |
         | n1 1.1    | 2        | 0,33  | 0,66 | 5,5% |
         | VAT group | -        | 5,5%  | 0,66 | 0,04 |
         credit n1 1.1 1
         credit n1 1.1 1
         credit n1 1.1 0,001 -> refused: credit above invoiced, asked 0,001, invoiced 2, credited 2
         show document 3
         | bills     | quantity | price | net  | vat  |
         | n1 1.1    | 1        | 0,33  | 0,33 | 5,5% |
         | VAT group | -        | 5,5%  | 0,33 | 0,02 |",
    );
}
