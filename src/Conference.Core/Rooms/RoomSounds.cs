using Conference.Media.Files;

namespace Conference.Core.Rooms;

/// <summary>What every room can sound like.</summary>
/// <param name="Music">For those alone or waiting.</param>
public sealed record RoomSounds(Sound Join, Sound Leave, Sound Music);
