using System.Collections.Immutable;
using Conference.Sip.Calls;
using Conference.Sip.Dialogs;

namespace Conference.Sip.Subscriptions;

/// <summary>What subscribers may be told. Called on the SIP loop: answers come from memory, at once, without throwing.</summary>
public interface ISipState
{
    /// <summary>Calls of an extension or of a room, or <see langword="null"/> when there is no such number (RFC 4235).</summary>
    DialogPicture? Dialogs(string user);

    /// <summary>A room as its members see it, or <see langword="null"/> when there is no such room (RFC 4575).</summary>
    ConferencePicture? Conference(string user);

    /// <summary>Whether that account may watch that number: <c>dialog</c> or <c>conference</c>.</summary>
    bool MayWatch(SipAccount watcher, string package, string user);
}

/// <summary>Tells subscribers.</summary>
public interface ISipLamps
{
    /// <summary>Something about that number changed; may be called from anywhere, as often as one likes.</summary>
    void Changed(string user);
}

/// <param name="Dialogs">The calls; none means idle.</param>
public sealed record DialogPicture(ImmutableArray<DialogEntry> Dialogs);

/// <summary>One call of the watched number.</summary>
/// <param name="Id">Stable for the life of the call, unique within the picture.</param>
/// <param name="Dialog">The SIP dialog with the device: what a pickup replaces.</param>
/// <param name="IsInitiator">Whether the watched number placed it.</param>
/// <param name="State">How far it is.</param>
/// <param name="LocalNumber">The watched side.</param>
/// <param name="LocalName">Its name.</param>
/// <param name="RemoteNumber">The other side; empty when withheld.</param>
/// <param name="RemoteName">Its name.</param>
public sealed record DialogEntry(
    string Id, DialogId Dialog, bool IsInitiator, DialogEntryState State, string LocalNumber, string LocalName, string RemoteNumber, string RemoteName);

/// <summary>The states of RFC 4235 §3.7.1 that we use.</summary>
public enum DialogEntryState
{
    Proceeding,
    Early,
    Confirmed,
    Terminated,
}

/// <param name="Title">Display text.</param>
/// <param name="Seats">Maximum user count.</param>
/// <param name="IsActive">Whether somebody is in.</param>
/// <param name="IsLocked">Whether nobody else may enter.</param>
/// <param name="Users">Who is in.</param>
public sealed record ConferencePicture(string Title, int Seats, bool IsActive, bool IsLocked, ImmutableArray<ConferenceUser> Users);

/// <param name="Id">Stable for one leg.</param>
/// <param name="Number">Empty when withheld.</param>
/// <param name="Name">As shown.</param>
/// <param name="IsHost">Role admin, else member.</param>
/// <param name="IsDialledOut">Whether we called him.</param>
/// <param name="Status">connected, on-hold, muted-via-focus, dialing-out or alerting (RFC 4575 §5.4).</param>
/// <param name="JoinedAt">When.</param>
public sealed record ConferenceUser(string Id, string Number, string Name, bool IsHost, bool IsDialledOut, string Status, DateTimeOffset JoinedAt);
