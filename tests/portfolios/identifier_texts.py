"""Texts with and without a patient's identifier, as students write them. All invented; numbers are made from their check digits."""

WITH = """NHS 943 476 5919 knee effusion
943-476-5919
9434765919
NHS no. 943.476.5919, query cuff tear
NHS: 943 4765919
943  476  5919 seen again
nhs number 401 023 2137
Pt 4010232137 referred by GP
4 0 1 0 2 3 2 1 3 7
485 777 3457?
(485-777-3457)
6123456784 shoulder
H&C number 720 345 6781
H&C No: 3200123458
HCN 3200123458
CHI 0101701234
CHI number 311299 0001
chi: 2505681234
9876543210, follow up
NHS 9990123454
Number is 111/222/3339
９４３４７６５９１９ full width
943 476 5919 with narrow spaces
Repeat of 943\u2009476\u20095919
dob 12/3/1965
DOB: 12.03.65
D.O.B. 1 March 1965
d.o.b 01-03-1965
Date of birth 12/03/1965
date of birth: 3rd of March 1965
born 12 March 1965
Born on 12/03/65, fell
Born in 1948, long-standing pain
DoB 1965-03-12
DOB 12 3 1965
dob - 5 Sept 1971
birth date: June 4, 1982
Patient born 4th July 1976
12/03/1965
12.3.65 M shoulder
Seen 14/02/2026 in clinic
3 Nov 1959 knee
November 3, 1959
1959-11-03
Mr Smith has shoulder pain
Mrs O'Brien, query tear
Ms. Patel, knee effusion
Miss Jones
Mr. J. Smith
Mr J A Smith
MR SMITH
MRS JONES left knee
mr smith left shoulder
mrs patel ?cuff tear
Mx Taylor
Master Evans, 9 years
Sir Alan
Dame Judith
Lady Hamilton
Rev Green
Mr Smith-Jones
Mrs MacDonald, lateral elbow
Mr Okonkwo's elbow
Seen with Miss Nguyen
discussed Mr Khan
Patient name: Jane
patient name is Robert
Pt name Alice
Name of patient: Owen
Name of the patient Gwen
Surname: Hughes
surname Davies
Forename: Siân
Patient called Margaret
pt named Ahmed
Lady called Susan with knee pain
Man named Peter
Hosp no 123456
Hospital number: A123456
hospital no. 0012345
Unit number 456789
MRN 1234567
MRN: RX1234567
CRN 99887766
PAS number 1029384
PAS 1029384
Patient ID 4455667
patient no: 778899
Accession RJ1-20260312
Accession number 88123456
accession no. RXH12345678
ACC 20261234
RIS 4455661
x-ray no 556677
Xray number 1234567
PID 1234567
K123456 right shoulder
RXH1234567
1234567A
ABC-26-123456
Q1234567
ref RJ1234567
Lives at SW1A 1AA
Postcode LS1 4AP
from B15 2TH
EH3 9YW, runner
CF10 3AT
M1 1AE""".splitlines()

WITHOUT = """Normal knee
Query rotator cuff tear, 6 weeks of pain
45 years, runner, lateral elbow pain
Effusion 12 mm, no synovitis
Supraspinatus 5.2 mm, tear 11 x 8 mm
Fell from a horse in March
Pain since 2019
Onset 3 weeks ago, worse at night
MRI 2024 showed a partial tear
Tear of 1.5 cm, retracted 2.3 cm
Case K17, see also K18
Compare with scan 123
Injected 40 mg in 1 ml
BMI 31, diabetic, HbA1c 58
Rugby player, no 8
L4/5 disc known
C5/6 radiculopathy
T1 and T2 weighted MRI
Bursa 3 x 4 x 10 mm
Pain score 7/10, now 3/10
Stage 2/3 tendinopathy
Grade 3 of 4
Hip 30/90 degrees
24/7 pain
ROM 0-120 degrees
Measured 12-15 mm at 3 places
AP 4.1, TS 3.9, LS 12.0 cm
Left 5.1 mm, right 4.9 mm, difference 0.2 mm
Probe 12-15 MHz, depth 3.5 cm
Probe L18-5, preset MSK
PRF 0.8 kHz, gain 45
Seen with my mentor, who agreed
Dr Wexcombe checked the images
Discussed with Professor Lin
Consultant asked for both sides
Mr and Mrs are not needed
Miss the footprint less often
I must not miss a tear
I miss the biceps when I hurry
The patient name is never written
Patient was told the result
No name here
Man with calf pain
Woman, 60, thumb pain
Lady with a lump
Boy of 14, hip pain
Patient asked about recovery
Hospital clinic, second list
Hospital physiotherapy since May
Hospital number is not kept
NHS clinic, morning list
NHS waiting list of 18 weeks
Unit 3 of the module
Born left-handed
Newborn hip, Graf type
Accession of images was slow
RIS was down today
PAS criteria for arthritis
CHI squared test in module
Acc to the protocol
Ms in 2 words
1 2 3 4 5
10 repetitions, 3 sets, 30 seconds
0123456789 is what I typed to test
1234567890
555 0100
Room 12, list 4
2026 audit of 120 scans
About 1,200 scans in 2025
Between 2019 and 2024
Since January 2024
May have a tear
March to May
In June the pain came back
Pain for 18 months
1st metatarsal, 2nd ray
5th finger, flexor sheath
A1 pulley 1.2 mm
A2 and A4 pulleys normal
CMC joint, STT joint
TFCC not seen
ATFL torn, CFL intact
MCL grade 2
ACJ osteoarthritis
LHB in the groove
FCU, ECU and FCR normal
ESSR guideline followed
EFSUMB minimum 6 parts
BMUS audit tool, score 3
DASH 45, OSS 32
Oxford score 32/48
PS2.3 evidence
SHOULDER KNEE HIP
Sister noticed swelling
Master the transducer grip
Sir is how he was addressed
Lady Windermere syndrome is of the lung
Baker's cyst 3 cm
De Quervain, first compartment
Morton's neuroma, third space
Hill-Sachs defect
Osgood-Schlatter in a boy of 13
Haglund deformity
Dupuytren nodule
Power Doppler grade 2 of 3
12.5 mm at 30 degrees
Tendon 6.1-6.4 mm
Angle 60/55
Review in 2-3 weeks
Reviewed 3/12 later
6/52 physiotherapy, 3/7 rest
2/12 of pain
Symptoms 18/12, injection 6/12 ago""".splitlines()
