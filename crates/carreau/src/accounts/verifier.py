#!/usr/bin/env python3
"""Vérifie une preuve de Carreau, sans Carreau : Python 3 seul, aucune installation.

    python3 verifier.py                        dans le dossier de la preuve
    python3 verifier.py preuve.zip             sans la décompresser
    python3 verifier.py --temoin 128:6f1c…     avec une empreinte notée autrefois

Le programme recalcule toutes les empreintes de chaine.txt, compare chaque écriture scellée à
celle de livre.txt (les tables telles qu'elles sont), et vérifie l'équilibre des écritures, les
pièces et les séries de numéros. Il répond 0 quand tout tient, 1 sinon.
"""

import hashlib
import os
import sys
import zipfile

FIRST = "0" * 64
BUYERS, PRODUCERS = "411000", "401000"
SALES, PURCHASES = "707000", "607000"
COLLECTED, DEDUCTIBLE = "445710", "445660"


def read(where):
    """The three texts of a folder or a ZIP, as they were written, byte by byte."""
    names = ["chaine.txt", "livre.txt", "reperes.txt"]
    if os.path.isdir(where):
        texts = []
        for name in names:
            with open(os.path.join(where, name), "rb") as file:
                texts.append(file.read().decode("utf-8"))
        return texts
    with zipfile.ZipFile(where) as archive:
        return [archive.read(name).decode("utf-8") for name in names]


def blocks(text):
    """Paragraphs, as lists of lines: only a line feed ends a line."""
    found, lines = [], []
    for line in text.split("\n"):
        if line:
            lines.append(line)
        elif lines:
            found.append(lines)
            lines = []
    if lines:
        found.append(lines)
    return found


def fields(lines, word):
    """The fields of every line that begins with a word."""
    head = word + " "
    return [line[len(head):].split("|") for line in lines if line.startswith(head)]


def first(lines, word, at=0):
    found = fields(lines, word)
    return found[0][at] if found and len(found[0]) > at else "?"


def scaled(text, places):
    """"-143.18" with two places is -14318."""
    digits = text.replace(".", "")
    if not digits.lstrip("-").isdigit() or len(text.split(".")[-1]) != places:
        raise ValueError("« %s » n'est pas un montant" % text)
    return int(digits)


def half_away(value, divisor):
    """Rounds to the nearest, halves away from zero."""
    sign = -1 if value < 0 else 1
    return sign * ((abs(value) + divisor // 2) // divisor)


def place(lines):
    entry = fields(lines, "ecriture")
    return tuple(entry[0][:2]) if entry else ("?", "?")


def check_chain(chain, faults):
    """Numbers and hashes; the number and hash of the last seal, and all hashes by number."""
    previous, expected, hashes, last = FIRST, 1, {}, 0
    for lines in chain:
        number, piece = first(lines, "numero"), first(lines, "ecriture", 4)
        if number != str(expected):
            faults.append("numéro %s au lieu de %d" % (number, expected))
        sealed = [line for line in lines if not line.startswith("empreinte ")]
        written = first(lines, "empreinte")
        computed = hashlib.sha256(("\n".join(sealed) + "\n").encode("utf-8")).hexdigest()
        if first(lines, "precedent") != previous or computed != written:
            faults.append("n° %s, pièce %s : l'empreinte n'est pas celle du texte et de "
                          "l'empreinte d'avant" % (number, piece))
        previous, last = written, int(number) if number.isdigit() else expected
        hashes[last] = written
        expected = last + 1
    return last, previous, hashes


def check_books(chain, books, faults):
    """Every sealed text beside the one that the tables give today."""
    today = {}
    for lines in books:
        if lines[0].startswith("lignes-seules "):
            faults.append("%s : des lignes sans leur tête" % lines[0][len("lignes-seules "):])
        elif first(lines, "numero") == "0":
            piece = first(lines, "ecriture", 4)
            if not piece:
                piece = "%s-%06d" % (first(lines, "document", 2),
                                     int(first(lines, "document", 3)))
                faults.append("pièce %s : aucune écriture ne la comptabilise" % piece)
            else:
                faults.append("pièce %s : une écriture que personne n'a scellée" % piece)
        else:
            today[first(lines, "numero")] = lines
    for lines in chain:
        number, piece = first(lines, "numero"), first(lines, "ecriture", 4)
        sealed = [line for line in lines if line.split(" ")[0] not in ("precedent", "empreinte")]
        now = today.get(number)
        if now is None:
            faults.append("n° %s, pièce %s : l'écriture scellée n'est plus dans les tables"
                          % (number, piece))
        elif now != sealed:
            faults.append("n° %s, pièce %s : modifiée depuis son scellement" % (number, piece))
            faults.extend("    scellé : %s" % line for line in sealed if line not in now)
            faults.extend("    présent : %s" % line for line in now if line not in sealed)


def expected_of(lines):
    """What a document comes to in each account, debits less credits, in cents."""
    bases = {}
    for item in fields(lines, "poste"):
        rate = scaled(item[8], 2)
        bases[rate] = bases.get(rate, 0) + scaled(item[7], 2)
    net = sum(bases.values())
    vat = sum(half_away(base * rate, 10000) for rate, base in bases.items())
    kind = first(lines, "document", 1)
    if kind in ("invoice", "credit_note"):
        sign = 1 if kind == "invoice" else -1
        return {BUYERS: sign * (net + vat), SALES: -sign * net, COLLECTED: -sign * vat}
    return {PRODUCERS: -(net + vat), PURCHASES: net, DEDUCTIBLE: vat}


def check_laws(books, faults):
    """Each entry balances and is what its document comes to; how many of each, and the debits."""
    entries, documents, debits = 0, 0, 0
    for lines in books:
        piece = first(lines, "ecriture", 4)
        booked, own = {}, bool(fields(lines, "document"))
        documents += own
        if piece == "?" or not piece:
            continue
        entries += 1
        for line in fields(lines, "ligne"):
            debit, credit = scaled(line[3], 2), scaled(line[4], 2)
            debits += debit
            booked[line[1]] = booked.get(line[1], 0) + debit - credit
        if sum(booked.values()):
            faults.append("pièce %s : débit et crédit diffèrent de %d centimes"
                          % (piece, sum(booked.values())))
        wanted = expected_of(lines) if own else booked
        for account in sorted(set(wanted) | set(booked)):
            if wanted.get(account, 0) != booked.get(account, 0):
                faults.append("pièce %s, compte %s : %d centimes à la pièce, %d à l'écriture"
                              % (piece, account, wanted.get(account, 0), booked.get(account, 0)))
    return entries, documents, debits


def check_series(books, marks, faults):
    """Each series of numbers counts 1, 2, 3 … up to the last number that was given."""
    given = {name: int(last) for name, last in fields(marks, "serie")}
    numbers = {name: [] for name in given}
    for lines in books:
        for document in fields(lines, "document"):
            numbers.setdefault(document[2], []).append(int(document[3]))
    for name in sorted(numbers):
        expected, last = 1, given.get(name, 0)
        for number in sorted(numbers[name]):
            if number != expected or number > last:
                faults.append("série %s : numéro %d au lieu de %d" % (name, number, expected))
            expected = number + 1
        if expected <= last:
            faults.append("série %s : le numéro %d manque" % (name, expected))
    return len(numbers)


def main(words):
    witness = None
    if "--temoin" in words:
        at = words.index("--temoin")
        witness = words[at + 1].split(":") if len(words) > at + 1 else ["", ""]
        del words[at:at + 2]
    where = words[0] if words else os.path.dirname(os.path.abspath(__file__))
    chain_text, books_text, marks_text = read(where)
    chain, books, marks = blocks(chain_text), blocks(books_text), marks_text.split("\n")
    faults = []
    try:
        last, final, hashes = check_chain(chain, faults)
        if fields(marks, "fin") != [[str(last), final]]:
            faults.append("la chaîne finit au n° %d, et le n° %s était écrit"
                          % (last, first(marks, "fin")))
        check_books(chain, books, faults)
        entries, documents, debits = check_laws(books, faults)
        series = check_series(books, marks, faults)
    except (IndexError, ValueError) as error:
        faults.append("un texte ne se lit pas : %s" % error)
        entries = documents = debits = series = last = 0
        final, hashes = "?", {}
    if witness is not None:
        number = int(witness[0]) if witness[0].isdigit() else -1
        if len(witness) != 2 or hashes.get(number, FIRST if number == 0 else "") != witness[1]:
            faults.append("l'empreinte notée pour le n° %s n'est pas celle de la chaîne"
                          % witness[0])
    print("%d écritures, %d pièces, %d séries ; débit total %d,%02d €"
          % (entries, documents, series, debits // 100, debits % 100))
    print("fin de la chaîne : n° %d, empreinte %s" % (last, final))
    if not faults:
        print("TOUT TIENT.")
        return 0
    for fault in faults:
        print("! " + fault if not fault.startswith(" ") else fault)
    print("LA PREUVE NE TIENT PAS.")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
