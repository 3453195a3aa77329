using Conference.Core;

namespace Conference.Infrastructure.Data;

/// <summary>One leg of one person in one meeting; somebody who came back has two.</summary>
public sealed class Attendance
{
    public ParticipantId Id { get; init; }

    public MeetingId Meeting { get; init; }

    public string Name { get; init; } = "";

    /// <summary>Caller number; empty when withheld.</summary>
    public string Number { get; init; } = "";

    public Role Role { get; init; }

    public Via Via { get; init; }

    /// <summary>Call-ID of the leg, so that a log line and this row can be laid side by side.</summary>
    public string Call { get; init; } = "";

    public DateTimeOffset JoinedAt { get; init; }

    /// <summary><see langword="null"/> while they are in.</summary>
    public DateTimeOffset? LeftAt { get; set; }

    public LeaveReason? Reason { get; set; }

    /// <summary>How long they spoke, in whole talk spurts that have ended.</summary>
    public TimeSpan Talked { get; set; }

    /// <summary>How they sounded to the house, as a mean opinion score from 1 to 4.5; <see langword="null"/> when nothing was heard of them.</summary>
    public double? Score { get; set; }

    /// <summary>The worst ten seconds or so.</summary>
    public double? WorstScore { get; set; }

    /// <summary>Percent of their packets that were not there when they were needed.</summary>
    public double? LossPercent { get; set; }

    public double? JitterMs { get; set; }

    public double? DelayMs { get; set; }

    /// <summary>When the talk spurt began that is still going on.</summary>
    public DateTimeOffset? TalkingSince { get; set; }
}
