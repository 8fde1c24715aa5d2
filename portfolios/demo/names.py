"""Names and backgrounds of the demo world's students. None of them exists."""

from dataclasses import dataclass

NAMES: dict[str, tuple[str, ...]] = {
    "main": (
        "Grace Adebayo",
        "Oliver Hartley",
        "Yasmin Khalil",
        "Rhys Bowen",
        "Meera Nair",
        "Jack Thornton",
        "Zofia Wójcik",
        "Daniel Mensah",
        "Chloe Brackenbury",
        "Hamza Siddiqui",
        "Niamh Gallagher",
        "Marcus Bell",
        "Li Wen Tan",
        "Sophie Ravenscroft",
        "Ibrahim Diallo",
        "Emily Stokes",
        "Arjun Patel",
        "Hannah Okonkwo",
        "Tom Pemberton",
        "Leila Farahani",
        "Bethan Price",
        "Joshua Akande",
        "Kirsty Laidlaw",
        "Dimitra Papadaki",
        "Nathan Achebe",
        "Holly Winterbourne",
        "Farid Noori",
        "Rosa Delgado",
        "Callum Fairweather",
        "Amina Yusuf",
    ),
    "focused": (
        "Peter Langford",
        "Shreya Iyer",
        "Gareth Penhaligon",
        "Maria Santos",
        "Ben Holroyd",
        "Adaeze Nnamdi",
        "Lucy Fenwick",
        "Omar Haddad",
        "Jenna Sharples",
        "Víctor Almeida",
    ),
    "scottish": (
        "Isla Robertson",
        "Fraser MacAulay",
        "Catriona Munro",
        "Sanjay Bhatt",
        "Mairi MacLeod",
        "Ewan Gilchrist",
        "Agnieszka Nowak",
        "Rory Sutherland",
        "Kwame Boateng",
        "Shona Matheson",
        "Lewis Abernethy",
        "Nadia Rehman",
    ),
    "undergraduate": (
        "Poppy Marsden",
        "Tyler Osei",
        "Freya Lindholm",
        "Adam Chowdhury",
        "Ellie Garside",
        "Kofi Ansah",
    ),
}


@dataclass(frozen=True, slots=True)
class Background:
    """What somebody comes from: profession, body and number format, and their experience in words."""

    profession: str
    body: str
    prefix: str
    digits: int
    specialism: str
    experience: str


BACKGROUNDS: tuple[Background, ...] = (
    Background(
        "Physiotherapist",
        "HCPC",
        "PH",
        6,
        "msk",
        "MSK outpatients and first contact practice; independent assessment, reasoning and onward referral",
    ),
    Background(
        "Physiotherapist",
        "HCPC",
        "PH",
        6,
        "msk",
        "Shoulder and knee pathway with joint clinics beside the orthopaedic team",
    ),
    Background(
        "Diagnostic radiographer",
        "HCPC",
        "RA",
        6,
        "ultrasound",
        "General ultrasound lists, assisting in MSK sessions and writing draft reports",
    ),
    Background(
        "Podiatrist",
        "HCPC",
        "CH",
        6,
        "msk",
        "Foot and ankle clinic with injection list; case mix of tendon and forefoot problems",
    ),
    Background(
        "Sport and exercise medicine doctor",
        "GMC",
        "7",
        6,
        "msk",
        "Registrar posts in sport and exercise medicine and rheumatology",
    ),
    Background(
        "Advanced nurse practitioner",
        "NMC",
        "",
        0,
        "msk",
        "Rheumatology nurse specialist: early arthritis clinic and joint counts",
    ),
    Background(
        "Physiotherapist", "HCPC", "PH", 6, "msk", "Community MSK hub; caseload of complex upper limb pain"
    ),
    Background(
        "Osteopath", "GOsC", "", 4, "msk", "Multidisciplinary MSK practice, referrals into secondary care"
    ),
)

JUDGED = (
    "Case mix and the referee's account show independent MSK assessment and sound reasoning.",
    "Describes three cases in depth; reads images with the radiologist every week. Appropriate in amount and type.",
    "Interview: clear knowledge of anatomy and of red flags; the line manager confirms independent caseload.",
    "Portfolio of referrals and outcomes shows that imaging findings already guide the applicant's decisions.",
)
