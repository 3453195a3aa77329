using System.Collections.Concurrent;
using Conference.Sip.Calls;
using Conference.Sip.Dialogs;

namespace Conference.Core.Tests.Testing;

/// <summary>A REFER to script.</summary>
public sealed class FakeReferral(string to) : IReferral
{
    public SipAccount? Account { get; init; }

    public string Dialled { get; init; } = "";

    public string ReferTo => to;

    public string ReferToUri => $"sip:{to}@house.example";

    public string? ReferToDevice { get; init; }

    public string Method { get; init; } = "INVITE";

    public DialogId? Replaces { get; init; }

    public string? ReferredBy => null;

    public CancellationToken Gone => CancellationToken.None;

    /// <summary>202 or the refusal.</summary>
    public int Answer { get; private set; }

    /// <summary>What it was told since.</summary>
    public ConcurrentQueue<int> Told { get; } = [];

    public ValueTask RefuseAsync(int status)
    {
        Answer = status;
        return ValueTask.CompletedTask;
    }

    public ValueTask AcceptAsync()
    {
        Answer = 202;
        return ValueTask.CompletedTask;
    }

    public ValueTask TellAsync(int status, string reason)
    {
        Told.Enqueue(status);
        return ValueTask.CompletedTask;
    }
}
