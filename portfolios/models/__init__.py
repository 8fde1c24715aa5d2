"""All models of the portfolios app."""

from portfolios.models.admissions import ExperienceFile, FormerJudgement, Move, RegistrationCheck
from portfolios.models.imports import ScanFile, ScanFileLine, ScanFileRange
from portfolios.models.passports import Passport, PassportView, PortfolioFile
from portfolios.models.portfolios import (
    LearningContract,
    Portfolio,
    PortfolioGroupPermission,
    PortfolioUserPermission,
    Presentation,
    Signature,
    TeamMembership,
)
from portfolios.models.scales import GradeScale
from portfolios.models.scans import Appraisal, CompetencyAssessment, Scan
from portfolios.models.signing import Dispute, SigningLink, SigningSession
from portfolios.models.students import (
    Experience,
    ExperienceJudgement,
    Registration,
    Result,
    Student,
    StudentAward,
)

__all__ = [
    "Appraisal",
    "CompetencyAssessment",
    "Dispute",
    "Experience",
    "ExperienceFile",
    "ExperienceJudgement",
    "FormerJudgement",
    "GradeScale",
    "LearningContract",
    "Move",
    "Passport",
    "PassportView",
    "Portfolio",
    "PortfolioFile",
    "PortfolioGroupPermission",
    "PortfolioUserPermission",
    "Presentation",
    "Registration",
    "RegistrationCheck",
    "Result",
    "Scan",
    "ScanFile",
    "ScanFileLine",
    "ScanFileRange",
    "Signature",
    "SigningLink",
    "SigningSession",
    "Student",
    "StudentAward",
    "TeamMembership",
]
