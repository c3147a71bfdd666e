"""Texts as people write them: with personal data, all of it invented, and without any.

The identity codes have individual numbers 900-999, which nobody is ever given; the phone numbers
are obvious sequences or lie in ranges kept for fiction; the bank accounts are the banks' examples.
"""

from wellbeing_lib.params.personal import Kind


def code(date: str, sign: str = "-", number: str = "900") -> str:
    """A personal identity code with its check character, reckoned here by itself."""
    return date + sign + number + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(date + number) % 31]


def _wide(text: str) -> str:
    """The text in full-width characters."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


_BORN = code("131152", "-", "951")

PERSONAL: list[tuple[Kind, str]] = [
    # every sign of a century
    *(("identity_code", f"Asiakas {code('240590', sign, '911')} sai paikan.") for sign in "-YXWVU"),
    *(("identity_code", f"Asiakas {code('050608', sign, '922')} sai paikan.") for sign in "ABCDEF"),
    ("identity_code", f"Vanhin osallistuja on {code('010199', '+', '933')}."),
    # as people type them
    ("identity_code", f"Palaute ({code('050608', 'A', '944').lower()}) on käsitelty"),
    ("identity_code", f"hetu:{_BORN}"),
    ("identity_code", f"hetu{_BORN}"),
    ("identity_code", _BORN),
    ("identity_code", f"Asiakas {_BORN[:6]} {_BORN[6:]} jäi ilman paikkaa"),
    ("identity_code", f"Asiakas {_BORN[:6]} - {_BORN[7:10]} {_BORN[10:]} jäi ilman paikkaa"),
    ("identity_code", f"Asiakas {' '.join(_BORN)} jäi ilman paikkaa"),
    ("identity_code", f"Asiakas {_BORN.replace('-', '–')} jäi ilman paikkaa"),
    ("identity_code", f"Asiakas {_BORN.replace('-', '−')} jäi ilman paikkaa"),
    ("identity_code", f"Asiakas {_BORN.replace('-', '‑')} jäi ilman paikkaa"),
    ("identity_code", f"Asiakas {_wide(_BORN)} jäi ilman paikkaa"),
    ("identity_code", f"Asiakas {_BORN[:3]}\u200b{_BORN[3:8]}\u00ad{_BORN[8:]} jäi ilman paikkaa"),
    ("identity_code", f"Synt. {_BORN[:2]}.{_BORN[2:4]}.{_BORN[4:]}"),
    ("identity_code", f"Nuorten ryhmä:\n{_BORN},\ntoinen vielä kesken"),
    # phone numbers
    ("phone", "Lisätiedot numerosta 040 123 4567."),
    ("phone", "Lisätiedot 0401234567"),
    ("phone", "Ilmoittautuminen: 040-1234567 / nuorisotyö"),
    ("phone", "Ilmoittautuminen 050-123 4567 arkisin klo 9–15"),
    ("phone", "Soita +358 40 123 4567"),
    ("phone", "Soita +358401234567, kiitos"),
    ("phone", "Soita +358 (0)40 123 4567"),
    ("phone", "Soita 00358 40 1234567"),
    ("phone", "Vaihde 08-61 551"),
    ("phone", "Vaihde (08) 615 51"),
    ("phone", "Vaihde 08 123 4567 on auki 8.00–16.00"),
    ("phone", "Puh. 61 551 vastaa"),
    ("phone", "puh 0400 123456"),
    ("phone", "gsm: 0400–123 456"),
    ("phone", "Ohjaaja 044/1234567"),
    ("phone", "Ohjaaja 045.123.4567"),
    ("phone", "Ohjaaja 0 4 0 1 2 3 4 5 6 7"),
    ("phone", "Ohjaaja \uff10\uff14\uff10 \uff11\uff12\uff13 \uff14\uff15\uff16\uff17"),
    ("phone", "Ohjaaja 040\u00a0123\u00a04567"),
    ("phone", "Ohjaaja 040\u200b1234567"),
    ("phone", "Vuonna 2024 040 123 4567 vastasi 12 kertaa"),
    ("phone", "Ohjaaja 358401234567"),
    ("phone", "Yhteys +44 20 7946 0018"),
    ("phone", "Yhteys +46 70 174 06 05"),
    # e-mail addresses
    ("email", "Palaute: maija.meikalainen@example.com"),
    ("email", "Palaute: MAIJA@EXAMPLE.FI."),
    ("email", "maija_m+ryhma@posti.example.fi kerää vastaukset"),
    ("email", "Palaute: maija.meikalainen(at)example.com"),
    ("email", "Palaute: maija.meikalainen [at] example.com"),
    ("email", "Palaute: maija (at) example (dot) com"),
    ("email", "Palaute: maija.meikalainen at example.com"),
    ("email", "Palaute: maija @ example.fi"),
    ("email", "Palaute: maija(ät)example.fi"),
    ("email", "Palaute: maija\uff20example.fi"),
    ("email", "mailto:maija@example.fi"),
    ("email", "äiti.öberg@example.fi"),
    # bank accounts
    ("iban", "Avustus tilille FI21 1234 5600 0007 85"),
    ("iban", "Avustus tilille FI2112345600000785."),
    ("iban", "Avustus tilille fi21 1234 5600 0007 85 maksettu"),
    ("iban", "Avustus tilille FI21-1234-5600-0007-85"),
    ("iban", "Avustus tilille DE89 3704 0044 0532 0130 00"),
    ("iban", "Avustus tilille GB82 WEST 1234 5698 7654 32"),
    # vehicles
    ("plate", "Kuljetus autolla ABC-123"),
    ("plate", "Kuljetuksen hoiti XYZ-987"),
    ("plate", "Rekisterinumero AB-12"),
    ("plate", "rek.nro abc 123"),
    ("plate", "Auton rekisterinumero on abc-1"),
    ("plate", "Nuorten mopo AB-12 vietiin"),
    ("plate", "Kuljetus: ABC–123"),
]

HARMLESS = """\
Hyvinvointialuelaki 611/2021 tuli voimaan 1.1.2023.
Laki sosiaali- ja terveydenhuollon järjestämisestä (612/2021) 6 §
Perustuu terveydenhuoltolain (1326/2010) 12 §:ään.
Kuntalain 410/2015 1 §:n 2 momentti
Oppilas- ja opiskelijahuoltolaki 1287/2013, 13–15 §
Nuorisolaki (1285/2016) 4 luku 12 §
Liikuntalaki 390/2015 5 §, HE 190/2014 vp
Digipalvelulaki 306/2019; WCAG 2.1 AA
Valtioneuvoston asetus 338/2011 neuvolatoiminnasta
Laki kotoutumisen edistämisestä 681/2023
Päätetty 11.3.2025 § 24.
Päätetty 11.03.2025 § 24
Kokoukset 4.2.2025, 11.3.2025 ja 8.4.2025.
Käsitelty jaostossa 01.02.2025
Haku auki 1.1.–31.3.2025
Haku auki 01.01.-31.03.2025
Haku auki 01.08.2024–31.05.2025
Lukuvuosi 2024–2025
Lukuvuosi 2024-2025 ja 2025-2026
Valtuustokausi 2022-2025
Suunnitelma vuosille 2022–2025, päivitys 2023
Toimintakausi 8/2024–5/2025
Tilanne 31.12.2024: 36 493 asukasta
Tieto poimittu 2024-11-24
Tieto poimittu 2026-11-24 klo 08:15
Ajalla 010124–311224 kertyi 215 käyntiä
Kaudella 01-06 2024 tehtiin 12 käyntiä
Kuukaudet 01-12/2024
Kevät 01–05/2025 ja syksy 08–12/2025
Vuodet 2019 2020 2021 2022 2023 2024
Ryhmä kokoontuu tiistaisin klo 12.30.
Avoinna ma–pe klo 9–15, la 10–14
Avoinna klo 08.00–16.00
Avoinna klo 08.00-16.00 ja to 09.30-18.00
Avoinna 08:00 - 16:00
Päivystys klo 16–8 ja viikonloppuisin 00–24
Aamutoiminta klo 7.00–9.00, iltapäivä 13.00–17.00
Koulupäivän jälkeen klo 14.15 - 15.45
Määräraha 12 500 €.
Määräraha 12 500,00 euroa, käytetty 11 987,45 euroa
Kustannukset 1 250 000 euroa vuonna 2024
Kustannukset 2 040 500 euroa
Yhteensä 12 040 500 euroa, josta palkat 8 061 551 euroa
Säästö -12 500 €, lisäys +8 200 €
Säästö –1 200 000 €
Menot kasvoivat +20 123 456 €
Valtionavustus 45 000 e + oma osuus 15 000 e
Avustus 0,5 milj. euroa
Avustus 1,25 M€ (sis. alv 25,5 %)
Hinta 4,50 €/kerta, kausikortti 35 €
0,5 htv, 1,5 htv ja 2 htv
Resurssi 0,25 htv + 2 000 €
Työaika 120 h, palkat 3 456,78 €
6 876 lasta ja 16 700 työllistä
Asukkaita 36 493, joista alle 15-vuotiaita 15,4 %
Kävijöitä 102 345 (2023: 98 765)
Kävijöitä 1 002 345
Lainauksia 345 678, kasvua 3,2 %
Osuus 8,9 % työvoimasta
Osuus nousi 12,5 %:sta 13,6 %:iin
Muutos +1,2 %-yksikköä (-0,4–2,8)
Keskiarvo 8,1 asteikolla 4–10
Vastausprosentti 78,5 (n = 1 234)
n=1234, p<0,05, 95 % lv 0,8–1,9
Indeksi 102,3 (koko maa = 100)
0-17-vuotiaat
0–6-vuotiaita 1 987, 7–12-vuotiaita 2 345
18–29-vuotiaat 010, 30–64-vuotiaat 020
Ikäluokka 13-17 v ja 18-24 v
1.–9.-luokkalaiset
Luokat 7–9, ryhmät 7A, 7B ja 7C
8A-luokka, 9C-luokka ja 5-6B
Luokat 1A 2A 3B 4C 5D 6E
Luokat 01 02 03 04 05
Luokat 0 1 2 3 4 5 6 7 8 9
Ryhmät A1, B2 ja C3 alkoivat elokuussa
Ryhmä KAJ-1 ja ryhmä OTA-2
Ohjaajat 2 + 3 + 1
KAJDno-2024-123
KAJDno-2024-1234 § 12
Dnro KAJ/1234/2024
Dnro KAJ/0123/00.01.02/2024
Diaarinumero 1234/00.01.02.00/2024
Diaarinumero D/456/12.04.00/2023
Asia 12, § 45/11.3.2025
Khall 28.5.2024 § 123
KV 17.6.2024 § 45
Kaupunginvaltuusto 17.6.2024 § 45, liite 3
Liite 12-3, sivu 45
Pöytäkirja 3/2025, 11.3.2025, 24 §
M01, M02 ja M14 jatkuvat
Toimenpide M05 muutetaan, N15 lisätään
Tavoite P1.1 ja P2.2
Mittari 228, 3906 ja 1077 (Sotkanet)
Sotkanet 228; taulukko 12r5
Tilastokeskus, taulukko 115b
Mittarit 0228 ja 4061
Indikaattori sotkanet:228, vuosi 2023
StatFin/tyonv/12r5
EVA-14
EVA 14 päätöksessä; kattavuutta ei seurata.
COVID-19 vaikutti kevääseen
COVID-19-pandemia, SARS-CoV-2
SARS-2 ja H1N1
ICD-10 F32–F33
ICD-100
ISO-900 ja ISO 9001
SFS-EN 1176
WCAG-2 ja WCAG 2.2
KH-2024, TA-2025
TA2025 ja TS 2026–2028
OPS-2016 ja LOPS-21
YTE-14
A4-juliste, A3-juliste
Covid-rokotus 3. annos
B12-vitamiini, D3
5G-verkko ja USB-C
HPV-rokotus 5.–9. lk
PISA-2022
TEAviisari 2024: 67/100
TEA-100
MDI-kysely 2023
Kouluterveyskysely 2023, 8.–9. lk
FinSote 2022, Terve Suomi 2023
Move!-mittaukset 2024: 5. lk 41 %, 8. lk 38 %
87100 Kajaani
PL 133, 87101 Kajaani
87200 KAJAANI ja 87400 Kajaani
88200 Otanmäki, Vuolijoki 88270
00100 Helsinki
Kauppakatu 40 A 12, 87100 Kajaani
Pohjolankatu 13, 2. krs
Linnankatu 12 B 3
Lehtikankaan koulu, Kuntokatu 17
Koulukatu 2-4, 87100
Kunnan koodi 205, maakunta MK18, HVA20
Kunta 205 ja 290
Alue 018, postinumeroalueet 87100, 87150, 87200
Y-tunnus 0214958-9
Y-tunnus 0201256-6 ja 2617416-4
OVT-tunnus 003702149589
Kustannuspaikka 12345, tili 4340
Kustannuspaikka 2050123, projekti 10456
Tilinumero 4340, toiminto 2305
Projektinumero S20123
Hanke ESR+ S30456, 2023–2025
Hankenumero A80123
ISBN 978-952-00-8765-4
ISBN 951-0-11369-7
ISSN 1796-4253
doi 10.1000/182
THL raportti 12/2023
STM 2024:5
VM 2023:12, s. 45–47
SDG 3.4 ja SDG 10
HE 241/2020 vp
KHO 2023:45
EU 2016/679, 6 art. 1 c kohta
Asetus (EU) 2021/1057
Tietosuoja-asetus 2016/679
Versio 1.0.2, luonnos 2
Kuntaliiton suositus 2/2024
Kysymykset 1-12 ja 14–18
Kohdat 1.1, 1.2 ja 2.3.4
Taulukko 3, kuvio 12
Sivut 12–34
Tulos 3-1, 2–2
Suhde 1:15
Pisteet 4/5 ja 67/100
Lämpötila -12 °C, 20–22 °C
Matka 12,5 km, 1 500 m
Ala 12 500 m², 3,5 ha
Paino 2,5 kg
Annos 10 µg
Reitti 4 x 100 m
Ryhmäkoko 10–12, enintään 20
12 ryhmää x 10 kertaa = 120 kertaa
63 paikkaa.
Paikkoja oli 63, hakijoita 212 ja täytettiin 60.
Vapaaehtoisia oli 12.
Työpajoja 4, osallistujia 123/215
Kerhoja 34 (2023: 28), lapsia 1 204 (2023: 987)
Avustettuja järjestöjä 45; jaettu 67 500 €
Nuorten palkkasetelit 215 kpl á 380 €
Kesätyöpaikkoja 150 + 45
Etsivä nuorisotyö tavoitti 1 234 nuorta, joista 56 % uusia
Harrastamisen Suomen malli 2023–2024: 45 ryhmää, 612 lasta
Kaikukortti otettiin käyttöön 1.9.2024
Ikäihmisten neuvontapiste auki ti ja to 9–12
Hätänumero 112
Soita 112 hätätilanteessa
Puhelinneuvontaan tuli 12 500 yhteydenottoa
Puheluja 12 500, joista 8 061 takaisinsoittoja
Puhelin- ja verkkoneuvonta 2024–2025
Osoite on muotoa etunimi.sukunimi@kajaani.fi
Sähköpostia lähetettiin 1 200 kotiin
Twitter @kajaani, Instagram @kajaaninkaupunki
Tapahtuma @ kirjasto klo 17
Lisätietoja: www.kajaani.fi/hyvinvointi
https://www.kajaani.fi/palvelut/12345
https://sotkanet.fi/sotkanet/fi/haku?indicator=228
Feedback at kajaani.fi
Look at www.kajaani.fi
Auto oli käytössä 120 päivää
Autolla ajettiin yli 100 km
Auton CO2-päästöt 120 g/km
Autopaikkoja 45 ja pyöräpaikkoja 120
Linja-auto 4 ja 12, klo 7.15
Kutsutaksi 3 kertaa viikossa
Mopokortteja 45
Huone C123 ja luokka B204
Tila A-123
Nettihinta alk. 12,90
Toteutui suunnitellusti; ks. kohta 2.1.
Ei aloitettu. Määräraha poistettiin talousarviosta.
Kaksi koulua ei palauttanut arviota.
Työllisyysalueen valmistelu siirsi sopimisen vuoteen 2025.
N.B. ks. s. 12, vrt. 2023
Yläkoulut 3/3, alakoulut 8/11
3.–6. lk: 45 %, 7.–9. lk: 38 %
THL:n tieto 2/2025
II/2024 ja III/2024
Q1/2025–Q4/2025
Vko 12–15, viikot 8 ja 42
vk 08-16 2024
60+ ja 75+ ryhmät
65 v täyttäneet 25,4 %
24/7-palvelu
50/50-periaate
1+1-malli, 3x3-koripallo
Kajaani 0,8; Kainuu 1,1; koko maa 0,9
08/2024 alkaen uusi ohjaaja
Kunnat 020 049 092 235
Koodit 010 020 030
Viite RF18 5390 0754 7034
Korotus 0400 000 €
Avoinna klo 0800-1600
Kustannuspaikat 4012345, 0501234 ja 0412345
EURA2021/400123/09 02 01 01/2023
Laskun tarkiste SHA-256
""".splitlines()
