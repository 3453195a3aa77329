using Conference.Core.Bookings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Conference.Infrastructure.Data.Maps;

internal sealed class MeetingMap : IEntityTypeConfiguration<Meeting>
{
    public void Configure(EntityTypeBuilder<Meeting> meeting)
    {
        meeting.ToTable("meetings");
        meeting.Property(m => m.Id).ValueGeneratedNever();
        meeting.Property(m => m.Title).HasMaxLength(Booking.TitleLength);
        meeting.Property(m => m.OwnerId).HasMaxLength(450);
        meeting.HasIndex(m => m.OpenedAt);
        meeting.HasIndex(m => m.Booking);
        meeting.HasIndex(m => m.OwnerId);
        meeting.HasIndex(m => m.ClosedAt);
        meeting.HasMany(m => m.Attendances).WithOne().HasForeignKey(a => a.Meeting);
        meeting.HasMany(m => m.Recordings).WithOne().HasForeignKey(r => r.Meeting);
    }
}
